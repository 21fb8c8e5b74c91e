"""Completion of commands, options and names in a shell, made from the tree of parsers by shtab.

What is fixed is written into the script. Names that change are looked up by ``mailwizard completion --list KIND`` while
a person types; only the kind is passed, never what was typed.
"""

from __future__ import annotations

import re
from typing import Any

from mailwizard.cli.offering import FILES, FOLDERS, KINDS, offered
from mailwizard.cli.tree import tree, walk

SHELLS = ("bash", "zsh", "fish")

_UNSAFE = re.compile(r"[^\w ./|=-]")
"""What means something to a shell in the word for an argument."""

_LONG_OPTION = re.compile(r'(?m)^(\s*"\*?--[\w-]+)(\[(?:[^\]\\]|\\.)*\]:)')
"""A long option that takes a value, as zsh is told of it; with ``=`` behind its name the value may be in its word."""

_LOOK_UP = {
    "bash": """\
_mailwizard_offer() {  # $1: the kind, $2: the word so far
  local line kind=$1
  [[ $kind == scenarios && $2 == fault:* ]] && kind=faults
  while IFS= read -r line; do
    line=${line%%$'\\t'*}
    [[ $line == "$2"* ]] && printf '%q\\n' "$line"
  done < <(mailwizard completion --list "$kind" 2>/dev/null)
}
""",
    "zsh": """\
_mailwizard_offer() {  # $1: the kind
  local kind=$1 line
  local -a names
  [[ $kind == scenarios && $PREFIX == fault:* ]] && kind=faults
  for line in "${(@f)$(mailwizard completion --list $kind 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    names+=("${${line%%$'\\t'*}//:/\\\\:}${${(M)line:#*$'\\t'*}:+:${line#*$'\\t'}}")
  done
  _describe -t $kind $kind names
}
""",
    "fish": """\
function _mailwizard_offer  # argv[1]: the kind
  set -l kind $argv[1]
  if test $kind = scenarios; and string match -q 'fault:*' -- (commandline -ct)
    set kind faults
  end
  mailwizard completion --list $kind 2>/dev/null
end
""",
}
"""What looks names up, in each shell; a name comes first on its line, its title after a tab."""

_BASH_WORDS = r"""
# Bash splits words at @, : and =; here they are put together again, except an option and its value. What a reply is
# put in the place of is only the last piece of the word.
_mailwizard() {  # $2: the last piece
  local -a whole=()
  local rest=$COMP_LINE word i at=0 glued current before
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    glued=1
    [[ $i -eq 0 || $rest == [[:blank:]]* ]] && glued=0
    rest=${rest#"${rest%%[![:blank:]]*}"}
    rest=${rest#"$word"}
    if ((glued)) && ((${#whole[@]})); then
      at=$((${#whole[@]} - 1))
      whole[at]+=$word
    else
      whole+=("$word")
    fi
  done
  current=${whole[${#whole[@]} - 1]}
  before=${current%"$2"}
  local -a COMP_WORDS=()
  for word in "${whole[@]}"; do
    if [[ $word == --*=* ]]; then
      COMP_WORDS+=("${word%%=*}" "${word#*=}")
    else
      COMP_WORDS+=("$word")
    fi
  done
  local COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  [[ $current == --*=* ]] && before=${before#*=}
  _shtab_mailwizard
  for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
    COMPREPLY[i]=${COMPREPLY[i]#"$before"}
  done
}

complete -o bashdefault -F _mailwizard mailwizard
"""


def script(shell: str) -> str:
    """Return the script that teaches a shell, one of ``SHELLS``, to complete ``mailwizard``."""
    import shtab

    root = tree()
    for parser in walk(root):
        for argument in parser.arguments:
            if argument.metavar:
                argument.metavar = _UNSAFE.sub(" ", str(argument.metavar))
            what = offered(argument)
            if isinstance(what, tuple):
                argument.choices = what or None
            elif what:
                argument.complete = _completion(what)  # type: ignore[attr-defined]
    look_up = _LOOK_UP[shell] + "".join(_function(kind, shell) for kind in KINDS)
    made: str = shtab.complete(root, shell, preamble=look_up)
    if shell == "zsh":
        made = _LONG_OPTION.sub(r"\1=\2", made)
    return f"{made.rstrip()}\n{_BASH_WORDS if shell == 'bash' else ''}"


def _completion(kind: str) -> dict[str, Any]:
    """Return what shtab is to call for a kind, by shell."""
    import shtab

    if kind in (FILES, FOLDERS):
        return dict(shtab.FILE if kind == FILES else shtab.DIRECTORY)
    return {"bash": f"_mailwizard_{kind}", "zsh": f"_mailwizard_{kind}", "fish": f"(_mailwizard_offer {kind})"}


def _function(kind: str, shell: str) -> str:
    """Return the function that offers one kind, for a shell that calls it by its name alone."""
    if shell == "fish":
        return ""
    word = ' "$1"' if shell == "bash" else ""
    return f"_mailwizard_{kind}() {{ _mailwizard_offer {kind}{word}; }}\n"
