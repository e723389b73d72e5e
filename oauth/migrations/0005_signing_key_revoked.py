"""A further state of a signing key: no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('oauth', '0004_client_logo'),
    ]

    operations = [
        migrations.AlterField(
            model_name='signingkey',
            name='state',
            field=models.CharField(choices=[('next', 'next'), ('active', 'active'), ('retired', 'retired'), ('deleted', 'deleted'), ('revoked', 'revoked')], default='next', max_length=10, verbose_name='state'),
        ),
    ]
