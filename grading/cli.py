"""The command line: ``unrolled``."""

import argparse
import sys


def main(arguments=None):
    """Run one command; gives its exit code."""
    parser = argparse.ArgumentParser(prog="unrolled")
    parser.add_subparsers()
    parser.parse_args(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
