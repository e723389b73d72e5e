from django.db import migrations, models


class Migration(migrations.Migration):
    """Only words: the column stays as it is."""

    dependencies = [
        ("accounts", "0014_role_name_key"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outboxmessage",
            name="status",
            field=models.CharField(
                choices=[
                    ("queued", "waiting"),
                    ("sending", "being sent"),
                    ("sent", "sent"),
                    ("failed", "failed"),
                    ("expired", "too late, not sent"),
                    ("withdrawn", "no longer needed, not sent"),
                    ("unknown", "unknown"),
                ],
                default="queued",
                max_length=10,
                verbose_name="status",
            ),
        ),
    ]
