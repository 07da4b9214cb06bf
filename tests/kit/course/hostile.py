"""Notebooks with all that a student could put into them to run script where others read them."""

import json

from grading.notebooks.cells import page

# What each script does: it leaves a mark that the test looks for.
DO = "document.title='taken';window.taken=1"
TEXTS = {
    "script": f"<script>{DO}</script>",
    "image": f'<img src="x" onerror="{DO}">',
    "vector": f'<svg onload="{DO}"><circle r="9"/></svg>',
    "nested": f"<svg><style><img src=x onerror={DO}></style></svg>",
    "mutated": f"<math><mtext><table><mglyph><style><img src=x onerror={DO}>",
    "frame": f'<iframe srcdoc="<script>parent.{DO}</script>"></iframe>',
    "details": f'<details open ontoggle="{DO}">x</details>',
    "link": f"[a link](javascript:{DO}) <javascript:{DO}>",
    "quoted": f'[a](x "\\" onmouseover=\\"{DO}") ![p](x"onerror="{DO})',
    "reference": f"[a][b]\n\n[b]: javascript:{DO} '\"onclick={DO}'",
    "maths": f"$$\\href{{javascript:{DO}}}{{x}}$$ $\\style{{}}{{<img src=x onerror={DO}>}}$",
    "closed fence": f"```\n</code></pre><script>{DO}</script>\n```\n<script>{DO}</script>",
    "fences": f"{'`' * 50}\n<script>{DO}</script>\n{'`' * 40}text\n<script>{DO}</script>",
    "tildes": f"~~~\nx\n~~~\n<script>{DO}</script>",
    "forged fence": f"```text\nx\n```\n<script>{DO}</script>\n```text\nx\n```",
    "carriage return": f"x\r```\r<script>{DO}</script>",
    "template": "{{ ''.__class__ }} {% include 'x' %} <script>" + DO + "</script>",
    "closing": f"</div></div></textarea></pre></code><script>{DO}</script>",
}
ATTACHED = {"x.svg": {"image/svg+xml": "PHN2Zy8+"}}
OUTPUTS = [
    {"text/html": TEXTS["script"]},
    {"image/svg+xml": f'<svg xmlns="http://www.w3.org/2000/svg"><script>{DO}</script></svg>'},
    {"application/javascript": DO},
    {"text/markdown": TEXTS["image"]},
    {"text/vnd.mermaid": f"</pre>{TEXTS['script']}"},
    {"text/latex": f"$\\href{{javascript:{DO}}}{{x}}${TEXTS['script']}"},
    {"application/vnd.jupyter.widget-view+json": {"model_id": "</script>" + TEXTS["script"]}},
    {"image/png": f'"onerror="{DO}" x="'},
]


def notebook(module, name="tokenizer"):
    """The bytes of such a notebook, around a module."""
    made = json.loads(page(name, module))
    for number, (label, text) in enumerate(TEXTS.items()):
        made["cells"].append(_cell("markdown", text, number, attachments=ATTACHED))
        made["cells"].append(_cell("raw", text, f"raw-{number}"))
        made["cells"].append(_code(f"# {label} {text}", f"code-{number}"))
    for cell in made["cells"]:
        cell["metadata"]["tags"] = [f'x"onclick="{DO}']
        cell["metadata"]["raw_mimetype"] = "text/html"
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {"output_type": "display_data", "data": data, "metadata": {"width": f'"{DO}'}}
                for data in OUTPUTS
            ]
            cell["outputs"].append(
                {"output_type": "stream", "name": "stdout", "text": TEXTS["script"]}
            )
    story = story_of(made["cells"])
    story["source"] = [TEXTS["script"]]
    story["attachments"] = ATTACHED
    made["metadata"] |= {"title": TEXTS["script"], "widgets": {"x": TEXTS["script"]}}
    made["metadata"]["kernelspec"]["display_name"] = TEXTS["script"]
    made["metadata"]["language_info"] = {"name": TEXTS["script"], "pygments_lexer": "html"}
    return json.dumps(made).encode()


def story_of(cells):
    """The cell of the assignment that is not to be changed."""
    return next(cell for cell in cells if cell["id"] == "tokenizer-story")


def _cell(kind, source, number, **more):
    return {"cell_type": kind, "id": f"own-{number}", "metadata": {}, "source": source, **more}


def _code(source, number):
    return _cell("code", source, number, outputs=[], execution_count=None)
