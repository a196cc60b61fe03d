from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_opinions_evaluation_labour")]

    operations = [migrations.DeleteModel(name="FaultAttempt")]
