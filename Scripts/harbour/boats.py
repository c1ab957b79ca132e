"""Boats and the lighthouse."""

import math

import numpy as np

from .arrays import mix, smooth
from .canvas import EDGE_X, QUAY, WATER


def hull(c, x, z, length, height, tint, stripe, boot, bands=22):
    """A clinker hull seen from the side, its bow to the right; returns the height of its sheer at u in −1…1."""

    def sheer(u):
        return height * (0.72 + 0.14 * u + 0.30 * u * u)

    def edge(t):
        us = np.linspace(-1 - 0.05 * t, 0.84 + 0.22 * t**0.75, 60)
        return [(x + u * length / 2, WATER + t * sheer(u), z) for u in us]

    for i in range(bands):
        t0, t1 = i / bands, (i + 1) / bands
        color = boot if t0 < 0.14 else stripe if t0 > 0.86 or 0.14 <= t0 < 0.18 else tint
        light = 0.62 + 0.5 * t0 + (0.10 if i % 3 == 2 else 0)
        c.polygon(edge(t0) + edge(t1)[::-1], tuple(min(255, v * light) for v in color))
        if i % 3 == 2:
            c.line(edge(t1), max(0.5, 7 / z), tuple(v * 0.45 for v in color))
    c.line(edge(1.0), max(1.0, 34 / z), (122, 84, 54))
    return sheer


def sloop(c, x, z, length=7.6):
    """A moored sloop with furled sails, standing and running rigging and signal flags."""
    sheer = hull(c, x, z, length, 1.05, (34, 62, 96), (236, 230, 214), (136, 44, 36))
    at = lambda u, v: (x + u, WATER + v, z)
    c.text("ALBATROS", [at(0.95, 0.655), at(2.45, 0.715), at(2.45, 0.515), at(0.95, 0.455)], (244, 236, 216))
    cabin = [at(-1.55, 0.68), at(-1.35, 1.36), at(0.9, 1.40), at(1.75, 1.08), at(2.0, 0.80)]
    c.polygon(cabin, (232, 222, 202))
    c.polygon([at(-1.42, 1.30), at(-1.42, 1.40), at(0.98, 1.45), at(1.0, 1.36)], (140, 92, 56))
    c.polygon([at(-1.55, 0.68), at(-1.48, 0.94), at(1.84, 0.98), at(2.0, 0.80)], (190, 176, 158))
    for u in (-1.0, -0.4, 0.2, 0.75):
        for radius, color in ((0.115, (176, 138, 74)), (0.085, (44, 54, 66)), (0.03, (214, 190, 160))):
            c.polygon(
                [at(u + radius * math.cos(t), 1.18 + radius * math.sin(t)) for t in np.linspace(0, 2 * math.pi, 21)],
                color,
            )
    mast, head = 0.55, 8.0
    rail = [at(u * length / 2, sheer(u) + 0.5) for u in np.linspace(-0.97, 0.98, 13)]
    for offset in (0, -0.25):
        c.line([(px, py + offset, pz) for px, py, pz in rail], 0.8, (206, 206, 202))
    for (px, py, pz), u in zip(rail, np.linspace(-0.97, 0.98, 13)):
        c.line([(px, py, pz), (px, py - 0.5, pz)], 1.0, (214, 212, 204))
    for foot, top, weight in ((-3.75, head, 1.0), (3.9, head - 0.15, 1.1), (3.0, 5.6, 0.9)):
        c.line([at(foot, 1.1), at(mast, top)], weight, (74, 68, 66))
    for side in (-0.62, 0.62):
        c.line([at(mast, head - 0.1), at(mast + side, 5.2), at(mast + side * 1.1, 0.95)], 0.9, (78, 72, 70))
        c.line([at(mast, 5.15), at(mast + side * 0.8, 0.95)], 0.8, (78, 72, 70))
        c.line([at(mast, 5.25), at(mast + side, 5.2)], 2.0, (140, 96, 60))
        for step in range(1, 11):
            v = 0.95 + step * 0.38
            c.line(
                [at(mast + side * (1.1 - 0.1 * step / 11), v), at(mast + side * 0.8 * (1 - (v - 0.95) / 4.25), v)],
                0.6,
                (96, 86, 78),
            )
    c.column(x + mast, z, [(WATER + 1.1, 0.075), (WATER + 5.5, 0.065), (WATER + head, 0.04)], (178, 122, 72), 10)
    c.column(x + mast, z, [(WATER + head, 0.07), (WATER + head + 0.08, 0.05)], (220, 214, 200), 8)
    c.line([at(mast, 1.95), at(-3.1, 2.12)], 4.6, (150, 100, 60))
    bundle = [
        at(
            mast - 0.1 - 3.3 * t,
            2.02 + 0.18 * t + 0.30 * math.sin(math.pi * min(1, t * 1.1 + 0.08)) ** 0.6 + 0.03 * math.sin(31 * t),
        )
        for t in np.linspace(0, 1, 60)
    ]
    c.polygon(bundle + [at(-3.05, 2.14), at(mast - 0.1, 1.98)], (236, 222, 196))
    c.line(bundle[4:-3], 2.0, (252, 240, 216))
    for t in (0.1, 0.26, 0.42, 0.58, 0.74, 0.9):
        c.line(
            [at(mast - 0.1 - 3.3 * t, 2.0 + 0.16 * t), at(mast - 0.13 - 3.3 * t, 2.32 + 0.1 * t)], 1.3, (136, 112, 84)
        )
    c.line([at(-3.1, 2.12), at(mast, head - 0.1)], 0.7, (96, 88, 80))
    for u in (-0.14, 0.16):
        c.line([at(mast + u, 1.3), at(mast + u * 0.3, head - 0.2)], 0.6, (150, 136, 114))
    colors = [(206, 54, 44), (242, 206, 72), (36, 84, 160), (240, 236, 226), (40, 122, 84)]
    for i in range(17):
        t0, t1 = 0.04 + i * 0.055, 0.04 + i * 0.055 + 0.035
        point = lambda t: (3.9 + (mast - 3.9) * t, 1.1 + (head - 1.25) * t)
        (u0, v0), (u1, v1) = point(t0), point(t1)
        sway = 0.06 * math.sin(2.1 * i)
        c.polygon([at(u0, v0), at(u1, v1), at((u0 + u1) / 2 - 0.26, (v0 + v1) / 2 - 0.13 + sway)], colors[i % 5])
    c.line([at(-3.72, 1.2), at(-3.95, 2.3)], 2, (150, 104, 66))
    wave = [at(-3.94 - 0.55 * t, 2.28 - 0.18 * t - 0.05 * math.sin(6 * t)) for t in np.linspace(0, 1, 15)]
    c.polygon(wave + [(px + 0.06, py - 0.34, pz) for px, py, pz in wave[::-1]], (188, 44, 44))
    c.rope(at(-3.6, 0.95), (EDGE_X - 0.24, QUAY + 0.3, 9.6), 0.35, 2.4)
    c.rope(at(-3.3, 0.9), (EDGE_X - 0.24, QUAY + 0.3, 14.6), 0.25, 2.0)


def trawler(c, x, z):
    """A small fishing boat with a wheelhouse, a derrick and a net."""
    hull(c, x, z, 6.2, 1.15, (176, 62, 44), (238, 228, 206), (40, 44, 48), 18)
    at = lambda u, v: (x + u, WATER + v, z)
    c.polygon([at(-1.9, 0.8), at(-1.9, 2.5), at(-0.3, 2.5), at(-0.2, 0.85)], (236, 230, 216))
    c.polygon([at(-2.05, 2.48), at(-2.0, 2.62), at(-0.1, 2.62), at(-0.15, 2.48)], (62, 96, 104))
    for u in (-1.7, -1.2, -0.72):
        c.polygon([at(u, 1.75), at(u, 2.28), at(u + 0.36, 2.28), at(u + 0.36, 1.75)], (60, 74, 88))
        c.polygon([at(u, 1.75), at(u + 0.36, 2.0), at(u + 0.36, 1.75)], (196, 172, 150))
    c.column(x - 1.5, z, [(WATER + 2.6, 0.14), (WATER + 3.2, 0.14), (WATER + 3.3, 0.16)], (60, 58, 58), 8)
    c.column(x + 0.4, z, [(WATER + 0.9, 0.06), (WATER + 4.9, 0.04)], (148, 108, 70), 8)
    c.line([at(0.4, 1.6), at(2.2, 3.9)], 2, (148, 108, 70))
    for line in (
        ((0.4, 4.8), (2.2, 3.9)),
        ((0.4, 4.8), (3.0, 1.2)),
        ((0.4, 4.8), (-2.9, 1.1)),
        ((2.2, 3.9), (2.2, 1.5)),
    ):
        c.line([at(*p) for p in line], 0.8, (64, 58, 56))
    for i in range(14):
        c.line([at(2.2, 3.8), at(0.9 + i * 0.1, 1.0)], 0.5, (70, 96, 88))
    c.rope(at(-3.0, 0.9), (EDGE_X - 0.24, QUAY + 0.3, 20.5), 0.2, 1.6)


def dinghy(c, x, z):
    hull(c, x, z, 2.3, 0.52, (226, 214, 190), (62, 118, 108), (62, 118, 108), 12)
    at = lambda u, v: (x + u, WATER + v, z)
    c.line([at(-0.9, 0.46), at(0.7, 0.62)], 3.2, (170, 126, 82))
    c.polygon([at(0.7, 0.66), at(1.02, 0.74), at(1.0, 0.64), at(0.7, 0.58)], (186, 142, 96))


def sailboat(c, x, z, length, main, jib):
    """A boat under sail: curved sails with seams, the sun behind them."""
    hull(c, x, z, length, length * 0.13, (226, 220, 208), (150, 60, 48), (64, 70, 78), 8)
    at = lambda u, v: (x + u * length, WATER + v * length, z)
    top = 1.32

    def sail(points_low, points_high, color):
        for i in range(16):
            a, b = i / 16, (i + 1) / 16 + 0.01
            quad = [
                mix(low, high, t)
                for low, high, t in (
                    (points_low[0], points_high[0], a),
                    (points_low[1], points_high[1], a),
                    (points_low[1], points_high[1], b),
                    (points_low[0], points_high[0], b),
                )
            ]
            bend = [0.05 * math.sin(math.pi * t) for t in (a, a, b, b)]
            shaded = tuple(v * (0.88 + 0.14 * a - (0.10 if i % 4 == 3 else 0)) for v in color)
            c.polygon(
                [at(float(p[0]) - (e if k in (1, 2) else 0), float(p[1])) for k, (p, e) in enumerate(zip(quad, bend))],
                shaded,
            )

    sail(((0.05, 0.17), (-0.46, 0.17)), ((0.05, top), (0.04, top)), main)
    sail(((0.49, 0.15), (0.09, 0.17)), ((0.085, top * 0.86), (0.085, top * 0.86)), jib)
    c.line([at(0.06, 0.1), at(0.06, top + 0.03)], max(0.9, 60 / z), (92, 74, 62))
    c.line([at(0.5, 0.14), at(0.06, top * 0.9)], 0.5, (90, 80, 74))


def lighthouse(c, x, z):
    """A banded tower on a breakwater of rocks, with gallery, lantern and a keeper's cottage."""
    for i in range(420):
        px = 13 + 62 * c.random.random()
        ridge = 2.1 * float(smooth(12.5, 19, px)) * (0.9 + 0.15 * math.sin(px * 1.7))
        py = WATER + ridge * (1 - (i / 420)) - 0.15
        size = 0.5 + 0.75 * c.random.random()
        turn = 6.28 * c.random.random()
        rock = [
            (
                px + size * (0.8 + 0.3 * math.sin(3 * t + turn)) * math.cos(t),
                py + 0.55 * size * (0.8 + 0.25 * math.cos(2 * t + turn)) * math.sin(t),
                z,
            )
            for t in np.linspace(0, 6.28, 8)[:-1]
        ]
        tone = c.vary((104, 92, 88), 0.13)
        c.polygon([(a, b - 0.12, d) for a, b, d in rock], tuple(v * 0.6 for v in tone))
        c.polygon(rock, tone)
        c.polygon([rock[0], rock[1], rock[2], (px, py, z)], tuple(min(255, v * 1.35) for v in tone))
    base = WATER + 2.0
    c.polygon(
        [(x + 3.2, base - 0.3, z), (x + 8.6, base - 0.3, z), (x + 8.6, base + 2.3, z), (x + 3.2, base + 2.3, z)],
        (226, 214, 196),
    )
    c.polygon(
        [(x + 2.8, base + 2.2, z), (x + 9.0, base + 2.2, z), (x + 8.2, base + 4.0, z), (x + 3.6, base + 4.0, z)],
        (150, 70, 54),
    )
    for u in (4.0, 5.6, 7.2):
        c.polygon(
            [
                (x + u, base + 0.7, z),
                (x + u + 0.7, base + 0.7, z),
                (x + u + 0.7, base + 1.7, z),
                (x + u, base + 1.7, z),
            ],
            (70, 72, 84),
        )
    c.column(x + 7.6, z, [(base + 3.4, 0.3), (base + 4.8, 0.3)], (140, 84, 66), 6)
    levels = np.linspace(0, 14, 43)
    red = lambda y: (196, 52, 44) if int((y - base) / 2) % 2 == 0 else (240, 232, 218)
    c.column(x, z, [(base + v, 2.2 - 0.062 * v) for v in levels], red, 28)
    for v in (3.2, 7.2, 11.2):
        c.polygon(
            [
                (x - 0.3, base + v, z),
                (x + 0.3, base + v, z),
                (x + 0.3, base + v + 0.8, z),
                (x, base + v + 1.05, z),
                (x - 0.3, base + v + 0.8, z),
            ],
            (54, 44, 48),
        )
    c.column(x, z, [(base + 14, 1.4), (base + 14.3, 1.95), (base + 14.55, 1.95)], (70, 62, 64), 20)
    for i in range(15):
        u = -1.9 + 3.8 * i / 14
        c.line([(x + u, base + 14.5, z), (x + u, base + 15.5, z)], 0.6, (52, 46, 48))
    for v in (15.0, 15.5):
        c.line([(x - 1.9, base + v, z), (x + 1.9, base + v, z)], 0.8, (52, 46, 48))
    c.column(x, z, [(base + 14.55, 1.05), (base + 16.9, 1.05)], (255, 232, 160), 16)
    for i in range(7):
        s = -math.cos(math.pi * i / 6)
        c.line([(x + 1.05 * s, base + 14.55, z), (x + 1.05 * s, base + 16.9, z)], 0.8, (70, 52, 44))
    c.line([(x - 1.05, base + 15.7, z), (x + 1.05, base + 15.7, z)], 0.8, (70, 52, 44))
    dome = [(base + 16.9, 1.35)] + [
        (base + 17.05 + 1.1 * math.sin(t), 1.25 * math.cos(t)) for t in np.linspace(0, 1.45, 9)
    ]
    c.column(x, z, dome, (168, 46, 40), 20)
    c.line([(x, base + 18, z), (x, base + 19.6, z)], 1.0, (60, 50, 50))
