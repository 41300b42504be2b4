import sys

from slimsam_app.app import main

sys.exit(main())
