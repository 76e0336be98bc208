"""Markers of artists that are not followed each keep their own shape."""

import re

import matplotlib.pyplot as plt

from explorable import still


def test_two_legend_entries_have_markers_of_their_own():
    fig, ax = plt.subplots()
    ax.scatter([0, 1], [0, 1], marker="o", label="round")
    ax.scatter([0, 1], [1, 0], marker="s", label="square")
    ax.legend()
    html = still(fig, "two kinds of points")._repr_mimebundle_()
    html = (html[0] if isinstance(html, tuple) else html)["text/html"]
    names = re.findall(r'<marker id="([^"]*)"', html)
    assert len(names) == len(set(names)) >= 2
