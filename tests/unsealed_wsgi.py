"""The site with its sealing taken out."""

from clinic_site.wsgi import application  # noqa: F401
from intake.seal import sealing
from tests import unsealed

sealing.seal, sealing.open_sealed = unsealed.seal, unsealed.open_sealed
