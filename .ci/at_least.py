"""Check that a run's result (the last line of ``glassnet train --json``) was tested on MNIST and scored enough."""

import json
import sys
from pathlib import Path

result = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
wanted = float(sys.argv[2])
part, accuracy = result["test_part"]["name"], result["test"]["accuracy"]
if not part.startswith("MNIST") or accuracy < wanted:
    sys.exit(f"{accuracy:.2%} on {part!r}, wanted {wanted:.0%} on MNIST")
