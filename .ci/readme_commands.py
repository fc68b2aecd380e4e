"""Print the commands of the README's first screen, one a line: what stands in its ``bash`` blocks."""

import re
import sys
from pathlib import Path

first_screen = Path(sys.argv[1]).read_text(encoding="utf-8").split("\n## ")[0]
for block in re.findall(r"```bash\n(.*?)```", first_screen, re.DOTALL):
    print(*(line for line in block.splitlines() if line.strip()), sep="\n")
