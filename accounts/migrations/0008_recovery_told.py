"""When the first message about a recovery left; those under way keep what they had."""

from typing import Any, ClassVar

from django.db import migrations, models


def _told_before(apps: Any, schema_editor: Any) -> None:
    messages = apps.get_model("accounts", "OutboxMessage").objects
    told = messages.filter(purpose="recovery_started", status="sent")
    for row in apps.get_model("accounts", "SelfRecovery").objects.filter(completed_at=None):
        mine = told.filter(user_id=row.user_id, created_at__gte=row.created_at)
        row.told_at = mine.aggregate(first=models.Min("sent_at"))["first"]
        row.save(update_fields=["told_at"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0007_locked_down"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="selfrecovery",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(_told_before, migrations.RunPython.noop, elidable=True),
    ]
