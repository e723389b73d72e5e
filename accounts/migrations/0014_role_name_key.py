from typing import Any

from django.db import migrations, models

from idp.ground.canonical import name_key


def _fill(apps: Any, schema_editor: Any) -> None:
    """Of two roles whose names are one by now the second stays without: nothing is renamed."""
    taken: set[tuple[str, str]] = set()
    for role in apps.get_model("accounts", "Role").objects.order_by("audience", "name"):
        key = (role.audience, name_key(role.name))
        if key not in taken:
            taken.add(key)
            role.name_key = key[1]
            role.save(update_fields=["name_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_foreign_hash_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="role",
            name="name_key",
            field=models.CharField(editable=False, max_length=300, null=True),
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.UniqueConstraint(
                fields=("audience", "name_key"), name="accounts_role_unique_key_in_audience"
            ),
        ),
    ]
