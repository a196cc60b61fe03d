"""`./run <command>`: the product's command line."""

import sys

from bangfu.site.cli import main

sys.exit(main(sys.argv[1:]))
