"""python -m tests.gateway_lab [--port N] [--host H] [--extra FILE ...] [--list]"""

from __future__ import annotations

import argparse
import asyncio
import json

from . import SCENARIOS, GatewayLab, load_scenarios


async def serve(args: argparse.Namespace) -> None:
    scenarios = list(SCENARIOS)
    for path in args.extra:
        scenarios += load_scenarios(path)
    if args.list:
        for s in scenarios:
            print(f"{s.group:14} {s.name:24} {s.about}")
        return
    async with GatewayLab(scenarios, host=args.host, port=args.port) as lab:
        print(lab.origin, flush=True)
        print(
            json.dumps(
                {
                    "origin": lab.origin,
                    "other_origin": lab.other_origin,
                    "scenarios": len(scenarios),
                    "base_url_example": lab.base_url("plain_stream"),
                }
            ),
            flush=True,
        )
        await asyncio.Event().wait()


def main() -> None:
    p = argparse.ArgumentParser(prog="gateway_lab")
    p.add_argument("--host", default="127.0.0.1")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--extra", action="append", default=[], metavar="FILE", help="a Python file with a SCENARIOS list")
    p.add_argument("--list", action="store_true", help="print the scenarios and leave")
    args = p.parse_args()
    try:
        asyncio.run(serve(args))
    except KeyboardInterrupt:
        pass


main()
