#!/usr/bin/env python
"""Django's command line: `python manage.py help` lists what it can do."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from clinic_site.clinic.file_reader import ClinicFileError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, ClinicFileError) as error:
        sys.exit(str(error))
