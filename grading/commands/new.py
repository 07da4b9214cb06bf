"""``unrolled new NAME``: the files of a new exercise, and its entry in the syllabus."""


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "new",
        help="for developers of the kit: begin a new exercise",
        description="Write the files of a new exercise and its entry in the syllabus. The kit's "
        "own tests then say what is missing. Nothing that is there is changed.",
    )
    parser.add_argument("name", metavar="NAME", help="of the module: lower-case letters, _")
    parser.add_argument("--title", required=True, help="what the student builds, in a few words")
    parser.add_argument("--section", default="", help="the section of the chapter")
    parser.add_argument("--points", type=int, default=10, help="default: %(default)s")
    parser.set_defaults(run=run)


def run(args):
    from grading.develop.new_exercise import create

    written = create(args.name, args.title, args.section, args.points)
    for path in written:
        print(f"wrote {path}")
    print("what to do: grading/CONTRIBUTING.md; what is missing: pytest tests/kit")
    return 0
