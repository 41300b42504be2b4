import gc
import sys

gc.disable()  # what is imported is no garbage; looking for some takes a tenth of the start. `main` enables it

from slimsam_app.app import main  # noqa: E402

sys.exit(main())
