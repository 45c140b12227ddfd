"""The floor of a reply: read a line, stream the answer to stdout. No screen, no Markdown.

python -m tests.bench.floors.raw BASE_URL
"""

import json
import sys

import httpx


def main() -> None:
    """Ask and answer until ended."""
    client = httpx.Client(timeout=None)
    messages: list[dict[str, str]] = []
    while True:
        messages.append({"role": "user", "content": input("READY ")})
        body = {"model": "bench", "stream": True, "messages": messages}
        parts = []
        with client.stream("POST", sys.argv[1] + "/chat/completions", json=body) as reply:
            for line in reply.iter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    text = json.loads(line[6:])["choices"][0]["delta"].get("content") or ""
                    parts.append(text)
                    sys.stdout.write(text)
                    sys.stdout.flush()
        print()
        messages.append({"role": "assistant", "content": "".join(parts)})


if __name__ == "__main__":
    main()
