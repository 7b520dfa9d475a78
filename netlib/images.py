"""A picture inside a notebook's output: its SVG and its words in one <img> element.

That form is shown by JupyterLab, trusted or not, by exported pages and by feedback, and a
screen reader reads its words.
"""

import base64
import html

__all__ = ["image"]


def image(svg: str, alternative: str) -> str:
    """Return svg as HTML; alternative is everything that the picture says, in words.

    Where the page is too narrow it scrolls: a picture that shrinks cannot be read.
    """
    data = base64.b64encode(svg.encode()).decode()
    source = f"data:image/svg+xml;base64,{data}"
    picture = f'<img alt="{html.escape(alternative)}" src="{source}" style="max-width:none">'
    return f'<span style="display:block;overflow-x:auto">{picture}</span>'
