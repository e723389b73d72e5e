from django.db import migrations, models


class Migration(migrations.Migration):
    """Additive: when somebody was told that the waiting of their recovery is over."""

    dependencies = [("accounts", "0009_enrolment_holder")]

    operations = [
        migrations.AddField(
            model_name="selfrecovery",
            name="ready_told_at",
            field=models.DateTimeField(null=True),
        ),
    ]
