"""What our page shows in Chromium is what Matplotlib's Agg draws: figures of every kind, compared as pictures.

Both sides get the same font, the same room for text and no snapping to pixels, so that what is left of
the difference is a difference of the drawing.
"""

import io
import random
import re
import warnings

import matplotlib
import numpy as np
import pytest
from matplotlib import patches, patheffects, transforms
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.image import NonUniformImage
from matplotlib.offsetbox import AnchoredText, AnnotationBbox, OffsetImage
from matplotlib.path import Path as Shape

from explorable import interactive, page
from explorable.record import Recording
from tests.explorable import pictures

pytestmark = [pytest.mark.slow("figures of every kind, compared with Matplotlib's pictures"), pytest.mark.browser]

WIDTH, HEIGHT, COLUMNS = 312, 240, 8
SETTINGS = pictures.SETTINGS | {"figure.figsize": (WIDTH / 96, HEIGHT / 96), "font.size": 8}
SETTINGS["figure.dpi"] = 72  # ours: where the labels of contours stand depends on it
PICTURES = {}
X = np.linspace(0, 6, 40)


def picture(function=None, style=None):
    """A function that draws into a new figure: one picture of the comparison."""
    if function is None:
        return lambda function: picture(function, style)
    name = function.__name__.removeprefix("draw_") + (f"-{style}" if style else "")
    PICTURES[name] = function, style or "default"
    return function


def bare(*axes):
    for ax in axes or [plt.gca()]:
        ax.tick_params(labelleft=False, labelbottom=False)
    return axes[0] if axes else plt.gca()


def rng():
    return np.random.default_rng(1)


# -- lines and markers


@picture
def lines_and_dashes():
    ax = plt.gca()
    for i, style in enumerate(["-", "--", "-.", ":", (0, (5, 1)), (4, (8, 3, 1, 3))]):
        for width in (1, 3):
            ax.plot([0, 5, 10], [i, i + width / 5, i], ls=style, lw=width, alpha=0.6 if width == 3 else 1)


@picture
def caps_and_joins():
    ax = bare()
    for i, (cap, join) in enumerate([("butt", "miter"), ("round", "round"), ("projecting", "bevel")]):
        ax.plot([0, 1, 2], [i, i + 0.8, i], lw=10, solid_capstyle=cap, solid_joinstyle=join)
        ax.plot([3, 4, 5], [i, i + 0.8, i], "--", lw=6, dash_capstyle=cap, dash_joinstyle=join)


@picture
def markers():
    ax = bare()
    for i, marker in enumerate(".,ov^<>12348spP*hH+xXDd|_"):
        ax.plot([i % 5], [i // 5], marker=marker, ms=10, mec="k", mew=1, alpha=0.7)
    ax.plot([0, 1, 2], [5, 5.5, 5], "o-", ms=9, fillstyle="left", mfc="C3", markerfacecoloralt="C2")
    ax.plot([2, 3, 4], [5, 5.5, 5], "s--", ms=9, mfc="none", mec="r", mew=2, markevery=2)


@picture
def gaps_and_steps():
    ax = bare()
    ax.plot(X, np.where((X > 2) & (X < 3), np.nan, np.sin(X)), lw=2)
    ax.step(X[::4], np.cos(X[::4]), where="mid")
    ax.stairs([1, 2, 1.5], [0, 2, 4, 6], fill=True, alpha=0.3)
    ax.plot(X, -X / 3, drawstyle="steps-post", ls="--")


@picture
def far_away():
    ax = bare()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.plot([0.1, 3e6], [0.1, 2e9], lw=3)
    ax.plot([0.2, 9e8, 0.9], [0.1, 5e8, 0.1], lw=3)
    ax.fill([0.5, 0.6, 1e9, -4e9], [0.2, 0.2, 9e8, 8e8], alpha=0.4)
    ax.plot([-9e8, 1, 9e8], [9e8, 0.5, -9e7], lw=2)
    ax.axline((0, 0.2), slope=1e-3)


@picture
def after_a_closed_path():
    Z = Shape.CLOSEPOLY
    path = Shape([(0, 0), (1, 0), (1, 1), (0, 0), (0, 1), (2, 2)], [1, 2, 2, Z, 2, 2])
    bare().add_patch(patches.PathPatch(path, fc="none", ec="C0", lw=3))
    bare().set(xlim=(-1, 3), ylim=(-1, 3))


@picture
def curves():
    ax = bare()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    ax.add_patch(patches.PathPatch(Shape([(1, 1), (5, 12), (9, 1)], [1, 3, 3]), fc="none", ls="--", lw=2))
    ax.add_patch(patches.PathPatch(Shape([(1, 3), (2, 15), (8, -9), (9, 5), (3, 3)], [1, 4, 4, 4, 79]), alpha=0.4))
    ax.add_patch(patches.Ellipse((5, 8), 6, 2, angle=20, fc="C2", ec="r", lw=2, ls=":", alpha=0.5))
    ax.add_patch(patches.Circle((8, 2), 1.5, fill=False, ec="C4", lw=3))


# -- patches, fills, hatches


@picture
def bars():
    plt.bar([0, 1, 2], [1, 2, 3], color=["C0", "C1", "C2"], edgecolor="k", lw=2, alpha=0.5)
    plt.barh([0.5, 1.5], [2, 1], height=0.3, color="w", edgecolor="r", ls="--")


@picture
def hatches():
    ax = bare()
    for i, hatch in enumerate(["//", "\\", "xx", "..", "oo", "O", "*", "+", "-", "||"]):
        ax.bar([i % 5], [1], bottom=i // 5 * 1.1, hatch=hatch, color=f"C{i}", edgecolor="k" if i % 2 else "w")


@picture
def hatches_with_alpha():
    ax = bare()
    ax.plot([-1, 4], [0, 2], lw=12, color="gold")
    ax.bar([0, 1], [1, 2], hatch="xx", color="C0", edgecolor="r", alpha=0.3)
    ax.bar([2], [2], hatch="oo", fc=(1, 0, 0, 0.2), ec=(0, 0, 1, 0.5))
    ax.bar([3], [2], hatch="//", fill=False, ec="g", lw=0)


@picture
def hatches_in_fills():
    ax = bare()
    ax.fill_between(X, np.sin(X), np.cos(X), hatch="//", alpha=0.4)
    ax.fill_between(X, 2, 3, hatch="xx", fc="none", ec="C1")
    ax.fill_between(X, 3, 4, hatch="..", color="C2", lw=0)
    ax.fill_between(X, X / 6 + 4, X / 6 + 5, hatch="\\\\", ec="g")


@picture
def hatches_of_scatter():
    ax = bare()
    ax.scatter([0, 1, 2], [0, 1, 0], s=[400, 900, 1600], hatch="//", fc="w", ec=["r", "g", "b"])
    ax.set(xlim=(-1, 3), ylim=(-1, 2))
    ax.add_collection(PatchCollection([patches.Wedge((1, -0.5), 0.4, 0, 250)], hatch="++", fc="C1", ec="k", alpha=0.5))


@picture
def hatch_style():
    plt.rcParams.update({"hatch.linewidth": 3, "hatch.color": "C3"})
    bare().bar([0, 1], [1, 2], hatch="/")
    plt.gca().fill_between([2, 3], 1, 2, hatch="x", fc="c")


@picture
def contours_with_hatches():
    z = np.add.outer(np.sin(X), np.cos(X))
    bare().contourf(X, X, z, levels=4, hatches=["", "/", "xx", ".."], cmap="viridis", alpha=0.6)


@picture
def fills():
    ax = plt.gca()
    ax.fill_between(X, np.sin(X), np.cos(X), where=np.sin(X) > np.cos(X), interpolate=True, alpha=0.3)
    ax.fill_betweenx([-1, 0, 1], [0, 1, 0], [2, 3, 2], color="C3", alpha=0.5, lw=3, ls="--")
    ax.fill([3, 5, 4], [-1, -1, 1], "g", alpha=0.2, ec="k")
    ax.axvspan(5, 5.5, color="y", alpha=0.4)
    ax.axhline(0, ls=":", c="k")


@picture
def holes():
    outer, inner = Shape.unit_circle(), Shape.unit_circle()
    ring = Shape.make_compound_path(outer, Shape(inner.vertices[::-1] * 0.5, inner.codes))
    ax = bare()
    ax.add_patch(patches.PathPatch(ring, fc="C0", ec="k", alpha=0.5))
    ax.add_patch(patches.Annulus((2.2, 0), 1, 0.4, fc="C1", ec="r", ls="--"))
    ax.add_patch(patches.PathPatch(Shape([(3, -1), (4.2, 1), (4.6, -1), (3, 0.4), (5, 0.4), (3, -1)]), fc="C2"))
    ax.set(xlim=(-1.2, 5.2), ylim=(-1.2, 1.2))


@picture
def pie():
    plt.pie([1, 2, 3, 4], labels=list("abcd"), explode=[0, 0.1, 0, 0], autopct="%.0f", wedgeprops={"ec": "w", "lw": 2})


@picture
def histogram():
    data = rng().normal(size=(300, 2))
    plt.hist(data, bins=12, histtype="stepfilled", alpha=0.4, density=True)
    plt.hist(data[:, 0] + 4, bins=12, density=True, ec="k", fc=(1, 1, 0, 0.5))


# -- collections


@picture
def scatter():
    r = rng()
    plt.scatter(r.random(30), r.random(30), s=r.random(30) * 300, c=r.random(30), ec="k", alpha=0.6)
    plt.scatter(r.random(9), r.random(9), s=80, marker="x", c="r", lw=3)
    plt.scatter(r.random(9), r.random(9), s=150, marker="*", fc="none", ec="b", ls="--")


@picture
def scatter_on_log():
    plt.scatter([1, 10, 100], [1, 2, 3], s=[10, 100, 400], marker=(5, 1, 20), c=["r", "g", (0, 0, 1, 0.3)])
    plt.xscale("log")


@picture
def line_collections():
    ax = bare()
    segments = [[(i, 0), (i + 1, 3)] for i in range(6)]
    ax.add_collection(LineCollection(segments, lw=[1, 2, 4], ls=["-", "--", ":"], colors=["r", "g", "b", "k"], alpha=0.7))
    ax.vlines([1, 2], 3, 5, ls=":", lw=3)
    ax.hlines([4, 5], 0, [3, 6], colors=["C1", "C2"])
    ax.eventplot([[0.5, 1, 4], [2, 3]], lineoffsets=[-1, -2], linelengths=0.7)


@picture
def quivers():
    x, y = np.meshgrid(np.arange(5), np.arange(4))
    ax = bare()
    q = ax.quiver(x, y, np.cos(x), np.sin(y), x + y, cmap="plasma", alpha=0.8, ec="k", lw=0.5)
    ax.quiverkey(q, 0.8, 0.95, 1, "1")
    ax.barbs([1, 3], [1.5, 2.5], [20, 65], [30, 10], length=6)


@picture
def streams():
    y, x = np.mgrid[-2:2:12j, -2:2:12j]
    bare().streamplot(x, y, -1 - x**2 + y, 1 + x - y**2, color=x, linewidth=1 + y**2 / 3, cmap="autumn", density=0.6)


@picture
def contours():
    z = np.add.outer(np.sin(X), np.cos(X))
    ax = bare()
    lines = ax.contour(X, X, z, levels=5, colors="k", linestyles=["-", "--"], linewidths=[1, 2])
    ax.clabel(lines)


@picture
def filled_contours():
    z = np.add.outer(np.sin(X), np.cos(X))
    drawn = plt.contourf(X, X, z, levels=7, cmap="coolwarm", extend="both")
    plt.contour(X, X, z, levels=[0.5], colors="w", alpha=0.5, linewidths=3)
    plt.colorbar(drawn)


@picture
def triangles():
    r = rng()
    ax = bare()
    ax.tripcolor(r.random(20), r.random(20), r.random(20), ec="w", lw=1, antialiased=True)
    ax.triplot(r.random(8) + 1, r.random(8), "o--", ms=3)
    ax.hexbin(r.normal(2.5, 0.2, 300), r.normal(0.5, 0.2, 300), gridsize=8, cmap="Greens", extent=(2, 3, 0, 1))


# -- images and meshes


@picture
def images():
    figure, axes = plt.subplots(2, 2)
    z = rng().random((5, 6))
    axes[0, 0].imshow(z)
    axes[0, 1].imshow(z, interpolation="bilinear", origin="lower", aspect="auto", alpha=0.5)
    axes[1, 0].imshow(np.dstack([z, z, z * 0, z]), extent=(0, 3, 2, 0))
    axes[1, 0].set(xlim=(1, 2.5), ylim=(0.2, 1.7))
    axes[1, 1].imshow(z, cmap="gray", alpha=z)
    bare(*axes.flat)


@picture
def turned_images():
    ax = bare()
    turn = transforms.Affine2D().skew_deg(10, 0).rotate_deg(30)
    ax.imshow(rng().random((4, 5)), extent=(0, 2, 0, 1), transform=turn + ax.transData)
    ax.imshow(rng().random((4, 5)), extent=(0, 2, 0, 1), transform=turn.rotate_deg(60) + ax.transData, interpolation="bicubic")
    ax.set(xlim=(-2, 2), ylim=(-1, 2))


@picture
def meshes():
    figure, axes = plt.subplots(1, 2)
    z = rng().random((4, 5))
    axes[0].pcolormesh(np.arange(6) ** 1.5, np.arange(5), z, ec="k", lw=0.5, alpha=0.6)
    axes[1].pcolormesh(np.ma.masked_less(z, 0.3), cmap="magma")
    axes[1].pcolorfast((5, 8), (0, 3), z)
    bare(*axes)


@picture
def images_of_other_kinds():
    figure, axes = plt.subplots(1, 3)
    z = rng().random((5, 5))
    axes[0].add_artist(
        AnnotationBbox(OffsetImage(z, zoom=5, cmap="hot"), (0.5, 0.5), (0.3, 0.2), arrowprops={"arrowstyle": "->"})
    )
    uneven = NonUniformImage(axes[1], extent=(0, 16, 0, 4), cmap="cool")
    uneven.set_data([0, 1, 4, 9, 16], np.arange(5), z)
    axes[1].add_image(uneven)
    axes[1].pcolorfast([0, 1, 4, 16], [4, 5, 8], z[:2, :3], cmap="bone")
    axes[1].set(xlim=(0, 16), ylim=(0, 8))
    axes[2].imshow(z, extent=(1, 100, 1, 100), aspect="auto", rasterized=True)
    axes[2].set(xscale="log", yscale="log")
    axes[0].spy(z > 0.8, markersize=5)
    bare(*axes)


# -- statistics


@picture
def stems_and_errors():
    plt.stem(X[::5], np.sin(X[::5]), linefmt="C1--", markerfmt="D", basefmt="k:")
    plt.errorbar(X[::5], np.cos(X[::5]), yerr=0.2, xerr=[[0.1], [0.3]], fmt="o", capsize=4, ecolor="r", uplims=[True, False] * 4)


@picture
def boxes_and_violins():
    data = rng().normal(size=(60, 3)) * [1, 2, 3]
    plt.boxplot(data, patch_artist=True, notch=True, boxprops={"fc": "w"}, flierprops={"mfc": "r"})
    plt.violinplot(data, positions=[4, 5, 6], showmedians=True)


# -- text


@picture
def texts():
    ax = bare()
    ax.text(0.1, 0.8, "box", bbox={"boxstyle": "round", "fc": "wheat", "ec": "r", "alpha": 0.5})
    ax.text(0.5, 0.8, "turned", rotation=30, bbox={"boxstyle": "rarrow", "fc": "w"}, ha="center")
    ax.text(0.1, 0.4, "two\nlines of it", color="C3", weight="bold", linespacing=1.5)
    ax.text(0.9, 0.4, "up", rotation=90, fontsize=16, alpha=0.4, va="center", style="italic")
    ax.text(0.5, 0.5, "several\nturned", rotation=-60, ha="right", va="top", multialignment="center")
    ax.text(0.9, 0.05, "clipped here", clip_on=True)
    ax.text(0.85, 0.95, "and here", clip_on=True, rotation=60, fontsize=16)


@picture
def formulas():
    ax = bare()
    ax.text(0.1, 0.75, r"$x_i^2 + \alpha = \frac{1}{\sqrt{2\pi}}$", fontsize=14)
    ax.text(0.1, 0.4, r"$\sigma(x)=e^{-x}$", fontsize=14, color="b")
    ax.text(0.7, 0.3, r"$\int_0^1 f$", rotation=45, fontsize=16, alpha=0.5)
    ax.set(title=r"$\hat{y}$ of $x$", xlabel=r"$10^{-3}$")


@picture
def boxes():
    ax = bare()
    for i, style in enumerate(patches.BoxStyle.get_styles()):
        box = patches.FancyBboxPatch((i % 4, i // 4), 0.5, 0.4, boxstyle=f"{style},pad=0.1", fc=f"C{i}", ec="k", alpha=0.6)
        ax.add_patch(box)
    ax.set(xlim=(-0.5, 4), ylim=(-0.5, 3))


@picture
def arrows():
    ax = bare()
    ax.annotate("here", (0.8, 0.8), (0.2, 0.3), arrowprops={"arrowstyle": "->", "connectionstyle": "arc3,rad=0.3"})
    ax.annotate("there", (0.8, 0.2), (0.3, 0.6), arrowprops={"fc": "C1", "shrink": 0.1}, bbox={"fc": "w"})
    ax.annotate("", (0.9, 0.9), (0.5, 0.1), arrowprops={"arrowstyle": "fancy", "fc": "g", "alpha": 0.5})
    ax.annotate("", (0.1, 0.9), (0.5, 0.9), arrowprops={"arrowstyle": "<|-|>", "ls": "--", "lw": 2})
    ax.arrow(0.1, 0.1, 0.3, 0.05, head_width=0.06, color="r")


@picture
def legends():
    for i, style in enumerate(["-", "--o", ":"]):
        plt.plot(X, X + i, style, label=f"line {i}")
    plt.bar([1], [3], hatch="//", label="bar", alpha=0.5)
    plt.fill_between(X, 5, 6, label="area", hatch="..", fc="C4")
    plt.scatter([3], [1], s=50, label="dots")
    plt.legend(ncols=2, title="legend", loc="lower right")


# -- axes


@picture
def log_axes():
    plt.loglog([1, 10, 1000], [1, 5, 1e4], "o-")
    plt.grid(which="both", alpha=0.4, ls="--")


@picture
def polar():
    ax = plt.subplot(projection="polar")
    ax.plot(X, X, lw=2)
    ax.bar([1, 3], [4, 5], width=0.5, alpha=0.5, hatch="//")
    ax.fill(X, X / 2, alpha=0.3)


@picture
def other_projections():
    ax = plt.subplot(projection="hammer")
    ax.plot(X / 3, X / 6, lw=3)
    ax.grid(True)
    bare(ax)


@picture
def twins():
    ax = plt.gca()
    ax.plot(X, np.sin(X))
    twin = ax.twinx()
    twin.plot(X, np.exp(X), "r--")
    twin.set_ylabel("exp", color="r")
    ax.secondary_xaxis("top", functions=(lambda x: x * 2, lambda x: x / 2))


@picture
def dates():
    plt.plot(np.datetime64("2024-01-01") + np.arange(40), X, ".")
    plt.gcf().autofmt_xdate()


@picture
def axes_of_other_kinds():
    figure, axes = plt.subplots(2, 2)
    axes[0, 0].plot([-100, -1, 0, 1, 100], [1, 2, 3, 4, 5], ls="--", gapcolor="orange", lw=4)
    axes[0, 0].set(xscale="symlog", ylim=(6, 0))
    axes[0, 1].plot(X, X, "k*", markevery=5, ms=9)
    axes[0, 1].set(aspect="equal", facecolor="0.9", anchor="E")
    axes[1, 0].broken_barh([(0, 2), (3, 1)], (0, 1), fc=["C1", "C2"], ec="k")
    axes[1, 0].set_yscale("logit")
    axes[1, 0].set_ylim(0.01, 0.99)
    axes[1, 1].plot(X, 1 + X * 0, drawstyle="steps", visible=False)
    axes[1, 1].set_axis_off()
    axes[1, 1].add_artist(AnchoredText("anchored", loc="center"))
    figure.add_artist(
        patches.ConnectionPatch((1, 2), (3, 3), "data", "data", axesA=axes[0, 0], axesB=axes[0, 1], color="r", arrowstyle="->")
    )
    bare(*axes.flat)


@picture
def insets():
    ax = plt.gca()
    ax.plot(X, X, lw=6)
    ax.set_facecolor("lavender")
    inset = ax.inset_axes([0.2, 0.3, 0.6, 0.5], xlim=(2, 3), ylim=(2, 3))
    inset.plot(X, X)
    ax.indicate_inset_zoom(inset, edgecolor="k")


@picture
def colour_bars():
    figure, (left, right) = plt.subplots(1, 2)
    figure.colorbar(left.imshow(rng().random((4, 4)), cmap="jet"), ax=left, extend="both", location="bottom")
    beside = figure.add_axes((288 / WIDTH, 0.1, 8 / WIDTH, 0.8))  # its cells end where pixels do
    figure.colorbar(right.scatter(X, X, c=X), cax=beside, label="x", location="left")
    bare(left, right)


@picture
def ticks_and_spines():
    ax = plt.gca()
    ax.plot(X, np.sin(X))
    ax.tick_params(direction="in", length=8, width=2, color="r", top=True, right=True, labelrotation=45)
    ax.spines[["top", "left"]].set_visible(False)
    ax.spines["bottom"].set(position=("data", 0), lw=3, color="b")
    ax.minorticks_on()


@picture
def order():
    ax = bare()
    ax.plot([0, 1], [0, 1], lw=20, zorder=3)
    ax.plot([0, 1], [1, 0], lw=20, zorder=1, color="r")
    ax.add_patch(patches.Rectangle((0.3, 0.3), 0.4, 0.4, fc="w", zorder=2))
    ax.add_patch(patches.Rectangle((0.4, 0.0), 0.2, 0.4, fc="k", alpha=0.5, zorder=4))
    ax.set_axisbelow(False)
    ax.grid(True, lw=3, color="0.7")


@picture
def clip_paths():
    ax = bare()
    circle = patches.Circle((0.7, 0.5), 0.4, transform=ax.transData)
    ax.imshow(rng().random((4, 4)), extent=(0, 1, 0, 1)).set_clip_path(circle)
    ax.plot([0, 1], [0, 1], lw=9, color="r")[0].set_clip_path(circle)
    ax.scatter([0.1, 0.5], [0.5, 0.9], s=400).set_clip_path(circle)
    ax.bar([0.8], [0.5], width=0.2, hatch="//", fc="c")[0].set_clip_path(circle)
    ax.set(xlim=(0, 1), ylim=(0, 1))


@picture
def path_effects():
    outline = [patheffects.withStroke(linewidth=5, foreground="y")]
    plt.plot(X, np.sin(X), path_effects=outline)
    plt.plot(X, np.cos(X), lw=4, path_effects=[patheffects.SimpleLineShadow(), patheffects.Normal()])
    plt.text(1, 0, "text", fontsize=20, path_effects=outline)
    plt.gca().add_patch(patches.Circle((4, 0), 0.6, path_effects=[patheffects.withSimplePatchShadow()]))
    plt.plot(X, X * 0 - 0.5, path_effects=[patheffects.withTickedStroke(spacing=7, length=1.2)])


@picture
def solid():
    ax = plt.figure().add_subplot(projection="3d")
    x, y = np.meshgrid(X[::5], X[::5])
    ax.plot_surface(x, y, np.sin(x) * y, cmap="viridis", ec="k", lw=0.3)
    ax.plot(X, X, X / 2, "r", lw=2)
    ax.scatter([1, 5], [5, 1], [5, 5], s=40)


@picture
def tables():
    ax = plt.gca()
    ax.set_axis_off()
    ax.table([["1", "2"], ["3", "4"]], colLabels=["a", "b"], cellColours=[["w", "r"], ["0.8", "y"]], loc="center")


# -- backgrounds


@picture
def coloured_figure():
    figure, axes = plt.subplots(1, 2, facecolor="lightblue")
    for ax in axes:
        ax.plot(X, np.sin(X), "o", mfc="w")
    axes[1].set_facecolor((1, 1, 0, 0.5))


@picture
def see_through_figure():
    figure, axes = plt.subplots(1, 2, facecolor=(1, 0, 0, 0.2))
    axes[0].set_facecolor("none")
    axes[1].set_facecolor((0, 0, 1, 0.2))
    figure.patch.set(linewidth=6, edgecolor="g")


@picture
def subfigures():
    left, right = plt.figure().subfigures(1, 2)
    left.set_facecolor("0.8")
    left.subplots().plot(X, X)
    right.subplots().plot(X, -X)
    right.suptitle("right")


@picture
def overlaid_axes():
    figure = plt.figure()
    figure.add_axes((0.1, 0.1, 0.8, 0.8)).plot(X, X, lw=30)
    bare(figure.add_axes((0.4, 0.3, 0.3, 0.4))).plot(X, -X)
    figure.patches.append(patches.Rectangle((0, 0), 0.6, 0.2, transform=figure.transFigure, fc="c", zorder=-1, figure=figure))


def styled():
    figure, axes = plt.subplots(1, 2)
    for i in range(4):
        axes[0].plot(X, np.sin(X + i), label=f"line {i}")
    axes[0].set(title="title", xlabel="x", ylabel="y")
    axes[0].legend(loc="upper right")
    axes[1].bar([0, 1, 2], [1, 2, 3], hatch="/")
    axes[1].scatter([0, 1], [3, 3], s=60)
    axes[1].fill_between([0, 2], 0, [0, 3], alpha=0.4)


for name in ("dark_background", "ggplot", "seaborn-v0_8", "fivethirtyeight", "grayscale", "bmh", "Solarize_Light2", "classic"):
    picture(style=name)(styled)


# -- the comparison


def drawn(name):
    """A new figure with the picture `name`."""
    function, style = PICTURES[name]
    matplotlib.rcdefaults()
    plt.style.use(style)
    plt.rcParams.update(SETTINGS)
    function()
    return plt.gcf()


def by_us(figures, open_page, folder):
    """The pictures of `figures`, written as HTML, in Chromium, and for each the boxes of its texts."""
    style = f"explorable-figure{{float:left;width:{WIDTH}px;height:{HEIGHT}px;margin:0!important}}"
    rows = -(-len(figures) // COLUMNS)
    opened = open_page(
        pictures.page_of(figures, style, folder).as_uri(), viewport={"width": WIDTH * COLUMNS, "height": HEIGHT * rows}
    )
    opened.evaluate("document.fonts.ready")
    whole = plt.imread(io.BytesIO(opened.screenshot()))[..., :3]
    parts = whole.reshape(rows, HEIGHT, COLUMNS, WIDTH, 3).swapaxes(1, 2).reshape(-1, HEIGHT, WIDTH, 3)
    return list(zip(parts, opened.evaluate(f"() => [...document.querySelectorAll('svg')].map({pictures.BOXES})")))


def html_of(figure):
    html = page.figure(Recording(None, [], figure).run(), "a picture")
    plt.close(figure)
    return html


def test_every_kind_of_figure_is_what_agg_draws(same_room, open_page, tmp_path):
    theirs, figures = [], []
    for name in PICTURES:
        figure = drawn(name)
        theirs.append(pictures.by_agg(figure))
        figures.append(html_of(figure))
    found = {
        name: round(pictures.difference(ours, texts, agg), 2)
        for name, agg, (ours, texts) in zip(PICTURES, theirs, by_us(figures, open_page, tmp_path))
    }
    assert {name: size for name, size in found.items() if size > 1} == {}


# what is broken: the picture that shows it, and how
BREAKS = {
    "hatch": ("hatches_in_fills", r'fill="url\([^"]*"', ""),
    "colour under a hatch": ("hatches_with_alpha", r'<rect width="7200" height="7200" [^>]*>', ""),
    "alpha of a hatch": ("hatches_with_alpha", r'stroke-opacity="0.300" stroke-width="100"/></pattern>', 'stroke-width="100"/></pattern>'),
    "alpha of a fill": ("fills", r' fill-opacity="[^"]*"', ""),
    "alpha of a line": ("lines_and_dashes", r' stroke-opacity="[^"]*"', ""),
    "dash": ("lines_and_dashes", r' stroke-dasharray="[^"]*"', ""),
    "one dash": ("lines_and_dashes", r' stroke-dasharray="1110 480"', ' stroke-dasharray="960 480"'),
    "width": ("gaps_and_steps", r' stroke-width="200"', ' stroke-width="100"'),
    "cap": ("caps_and_joins", r' stroke-linecap="[^"]*"', ""),
    "one marker": ("markers", r' marker-start="[^"]*"', "", 1),
    "background": ("coloured_figure", r' fill="var\(--explorable-paper,#fff\)"', "", 1),
    "clip": ("clip_paths", r' clip-path="[^"]*"', ""),
    "smooth cells": ("images", r' image-rendering="pixelated"', ""),
    "one text": ("texts", r"<text.*?</text>", "", 1),
    "a text's colour": ("texts", "#d62728", "#27d628"),
    "hole": ("holes", r"<path", '<path fill-rule="evenodd"'),
}  # fmt: skip


def test_the_comparison_notices_what_is_broken(same_room, open_page, tmp_path):
    theirs, figures = [], []
    for name, pattern, replacement, *count in BREAKS.values():
        figure = drawn(name)
        theirs.append(pictures.by_agg(figure))
        html = html_of(figure)
        figures.append(re.sub(pattern, replacement, html, count=next(iter(count), 0)))
        assert figures[-1] != html, name
    found = {
        name: round(pictures.difference(ours, texts, agg), 2)
        for name, agg, (ours, texts) in zip(BREAKS, theirs, by_us(figures, open_page, tmp_path))
    }
    assert {name: size for name, size in found.items() if size < 1.2} == {}


def test_one_recording_shows_every_kind_of_figure_after_the_other(same_room, open_page, tmp_path):
    theirs = []
    for name in PICTURES:
        theirs.append(pictures.by_agg(drawn(name)))
        plt.close("all")
    with warnings.catch_warnings(action="ignore"):  # of its weight
        shown = interactive(drawn, name=list(PICTURES))
    source = shown._repr_mimebundle_()[0]["text/html"]
    opened = open_page(pictures.page_of([source], "", tmp_path).as_uri(), viewport={"width": 600, "height": 600})
    opened.evaluate("document.fonts.ready")
    svg, found = opened.locator("explorable-figure > div > svg").first, {}
    order = list(enumerate(PICTURES))
    random.Random(0).shuffle(order)
    for number, name in order:
        opened.select_option("select", index=number)
        ours = plt.imread(io.BytesIO(svg.screenshot()))[:HEIGHT, :WIDTH, :3]
        found[name] = round(pictures.difference(ours, svg.evaluate(pictures.BOXES), theirs[number]), 2)
    assert {name: size for name, size in found.items() if size > 1} == {}
