"""The quay, its warehouses, and what stands on it."""

import math

import numpy as np

from .arrays import mix, smooth
from .canvas import EDGE_X, QUAY, WALL_X, WATER


def wall_rectangle(z0, z1, y0, y1, x=WALL_X):
    return [(x, y0, z0), (x, y0, z1), (x, y1, z1), (x, y1, z0)]


def house(c, z0, z1, eave, peak, brick, gable, trim=(226, 216, 196), lit=0.2):
    """A warehouse on the quay: its gabled front along z, the slope of its roof and the wall towards the camera."""
    middle, half = (z0 + z1) / 2, (z1 - z0) / 2
    back = WALL_X - 9
    dark = tuple(v * 0.42 for v in brick)
    c.polygon([(WALL_X, QUAY, z0), (back, QUAY, z0), (back, eave, z0), (WALL_X, eave, z0)], dark)
    roof = (96, 66, 62)
    c.polygon([(WALL_X, eave, z0), (back, eave, z0), (back, peak, middle), (WALL_X, peak, middle)], roof)
    for i in range(1, 26):
        t = i / 26
        y, z = eave + (peak - eave) * t, z0 + (middle - z0) * t
        c.line([(WALL_X, y, z), (back, y, z)], 0.7, (70, 46, 46))

    def reach(y):
        """Half the width of the front at a height, in metres of z."""
        if y <= eave:
            return half
        t = (y - eave) / (peak - eave)
        if gable == "step":
            t = math.floor(t * 6) / 6
        elif gable == "bell":
            t = t**2.2 * 0.9
        return half * (1 - t) if gable != "step" else half * (1 - 0.86 * t)

    course, length = 0.085, 0.29
    rows = int((peak - QUAY) / course)
    mortar = mix(brick, (196, 176, 152), 0.45)
    for row in range(rows):
        y0, y1 = QUAY + row * course, QUAY + (row + 1) * course
        width = reach(y0 + 0.01)
        low, high = middle - width, middle + width
        if high - low < 0.05:
            continue
        c.polygon(wall_rectangle(low, high, y0 - 0.002, y1 + 0.002), mortar)
        position = low - (0.5 * length if row % 2 else 0)
        grime = 0.80 + 0.20 * float(smooth(QUAY, QUAY + 2.2, y0))
        while position < high:
            a, b = max(low, position + 0.008), min(high, position + length - 0.008)
            if b - a > 0.02:
                c.polygon(wall_rectangle(a, b, y0 + 0.008, y1 - 0.008), tuple(v * grime for v in c.vary(brick, 0.075)))
            position += length
    edge = [
        (WALL_X, y, middle + side * reach(y))
        for side, ys in ((-1, np.linspace(eave - 0.01, peak, 61)), (1, np.linspace(peak, eave - 0.01, 61)))
        for y in ys
    ]
    c.line(edge, max(1.2, 26 / middle), trim)
    for y in (QUAY + 2.62, eave - 0.05):
        c.polygon(wall_rectangle(z0, z1, y, y + 0.13), tuple(v * 0.86 for v in trim))
        c.polygon(wall_rectangle(z0, z1, y - 0.05, y), (60, 44, 40))
    count = max(2, int(round((z1 - z0) / 1.15)))
    pitch = (z1 - z0) / count
    for i in range(count):
        z = z0 + (i + 0.5) * pitch
        for y, height in ((QUAY + 3.0, 1.25), (QUAY + 4.75, 1.1)):
            if y + height < eave - 0.1:
                window(c, z, y, 0.36 * pitch, height, trim, c.random.random() < lit)
        if i == count // 2:
            arch(c, z, 0.42 * pitch, 2.25, (54, 78, 66) if gable != "bell" else (104, 48, 40), trim)
        else:
            window(c, z, QUAY + 0.85, 0.34 * pitch, 1.3, trim, c.random.random() < lit + 0.25)
    window(c, middle, eave + 0.35, 0.30, 0.85, trim, True)
    top = eave + 1.55
    c.line([(WALL_X, top, middle), (WALL_X + 1.0, top, middle)], max(1.5, 60 / middle), (52, 40, 34))
    c.line([(WALL_X + 0.9, top, middle), (WALL_X + 0.9, top - 2.6, middle)], max(0.7, 12 / middle), (40, 34, 32))
    c.polygon(
        [
            (WALL_X + 0.9 + dx, top - 2.6 + dy, middle)
            for dx, dy in ((-0.06, 0), (0.06, 0), (0.09, -0.16), (0, -0.25), (-0.09, -0.16))
        ],
        (34, 30, 30),
    )


def window(c, z, y, half, height, trim, lit):
    c.polygon(wall_rectangle(z - half - 0.10, z + half + 0.10, y - 0.12, y - 0.02), trim)
    c.polygon(
        wall_rectangle(z - half - 0.07, z + half + 0.07, y + height, y + height + 0.17), tuple(v * 0.9 for v in trim)
    )
    c.polygon(wall_rectangle(z - half - 0.03, z + half + 0.03, y - 0.02, y + height), (232, 226, 212))
    low, high = ((255, 214, 132), (236, 160, 82)) if lit else ((206, 178, 158), (52, 70, 96))
    for i in range(28):
        a, b = y + 0.05 + (height - 0.1) * i / 28, y + 0.05 + (height - 0.1) * (i + 1) / 28 + 0.004
        c.polygon(wall_rectangle(z - half + 0.03, z + half - 0.03, a, b), mix(low, high, i / 27))
    for t in (0.33, 0.67):
        c.polygon(wall_rectangle(z - half, z + half, y + height * t - 0.018, y + height * t + 0.018), (232, 226, 212))
    c.polygon(wall_rectangle(z - 0.02, z + 0.02, y, y + height), (232, 226, 212))
    c.polygon(wall_rectangle(z - half, z + half, y + height - 0.06, y + height), (62, 50, 48))


def arch(c, z, half, height, color, trim):
    """A double door of boards under a round arch."""

    def outline(grow):
        arc = [
            (WALL_X, QUAY + height - half + (half + grow) * math.sin(t), z + (half + grow) * math.cos(t))
            for t in np.linspace(0, math.pi, 25)
        ]
        return [(WALL_X, QUAY, z + half + grow)] + arc + [(WALL_X, QUAY, z - half - grow)]

    c.polygon(outline(0.13), trim)
    c.polygon(outline(0), color)
    for i in range(1, 8):
        d = z - half + 2 * half * i / 8
        top = QUAY + height - half + math.sqrt(max(0, half**2 - (d - z) ** 2))
        c.line([(WALL_X, QUAY, d), (WALL_X, top, d)], 1.2 if i == 4 else 0.6, (26, 34, 32))
    for y in (0.5, 1.5):
        c.line([(WALL_X, QUAY + y, z - half), (WALL_X, QUAY + y, z + half)], 1.0, (30, 30, 30))


def quay(c):
    """Setts, coping stones and the wall of stone blocks with its timbers."""
    if not c.mirrored:
        c.polygon([(-7, QUAY, 3.4), (EDGE_X, QUAY, 3.4), (EDGE_X, QUAY, 60), (-7, QUAY, 60)], (92, 80, 74))
        z = 3.5
        while z < 60:
            depth = 0.17 if z < 14 else 0.3 if z < 26 else 0.7
            x = WALL_X - 0.2 * c.random.random()
            while x < EDGE_X - 0.42:
                wide = 0.17 + 0.09 * c.random.random()
                glow = 0.86 + 0.30 * float(smooth(6, 34, z)) + 0.16 * float(smooth(-6, -3, x))
                tone = tuple(min(255, v * glow) for v in c.vary((150, 134, 122), 0.085))
                c.polygon(
                    [
                        (x + 0.015, QUAY, z + 0.014),
                        (x + wide - 0.015, QUAY, z + 0.014),
                        (x + wide - 0.015, QUAY, z + depth - 0.014),
                        (x + 0.015, QUAY, z + depth - 0.014),
                    ],
                    tone,
                )
                x += wide
            z += depth
        z = 3.4
        while z < 60:
            c.polygon(
                [
                    (EDGE_X - 0.42, QUAY, z),
                    (EDGE_X, QUAY, z),
                    (EDGE_X, QUAY, z + 1.16),
                    (EDGE_X - 0.42, QUAY, z + 1.16),
                ],
                c.vary((196, 176, 154), 0.04),
            )
            c.line([(EDGE_X - 0.42, QUAY, z), (EDGE_X, QUAY, z)], max(0.6, 9 / z), (92, 80, 72))
            z += 1.2
        c.line([(EDGE_X - 0.42, QUAY, 3.4), (EDGE_X - 0.42, QUAY, 60)], 1, (104, 90, 80))
        c.shadow([(WALL_X, QUAY, 3.4), (WALL_X + 1.3, QUAY, 3.4), (WALL_X + 0.9, QUAY, 60), (WALL_X, QUAY, 60)], 0.62)
    c.polygon(wall_rectangle(3.4, 60, WATER - 0.3, QUAY, EDGE_X), (58, 54, 54))
    courses = 5
    for row in range(courses):
        y1 = QUAY - 0.17 - row * 0.27
        y0 = y1 - 0.255
        z = 3.2 + 0.4 * (row % 2)
        while z < 60:
            long = 0.55 + 0.4 * c.random.random()
            tide = float(smooth(QUAY - 0.75, WATER, y0))
            tone = mix(c.vary((150, 136, 128), 0.07), (58, 72, 58), tide)
            c.polygon(wall_rectangle(z, z + long - 0.03, y0, y1, EDGE_X), tuple(float(v) for v in tone))
            z += long
    c.polygon(wall_rectangle(3.4, 60, QUAY - 0.16, QUAY, EDGE_X), (176, 152, 130))
    for z in (5.4, 8.0, 10.6, 13.2, 16.0, 19, 22.5, 26.5, 31, 37, 44):
        c.column(
            EDGE_X + 0.14,
            z,
            [(WATER - 0.2, 0.13), (WATER + 0.5, 0.13), (QUAY + 0.12, 0.12), (QUAY + 0.16, 0.09)],
            lambda y: (52, 54, 44) if y < WATER + 0.4 else (112, 84, 60),
            10,
        )


def furniture(c):
    """What stands on the quay: lamps, bollards, barrels, crates, a coil of rope, hanging signs."""
    for z in (34, 24, 17, 12.2):
        x = EDGE_X - 0.75
        c.shadow([(x - 0.08, QUAY, z), (x + 0.08, QUAY, z), (x - 0.9, QUAY, z - 6), (x - 1.15, QUAY, z - 6)], 0.62)
        c.column(x, z, [(QUAY, 0.12), (QUAY + 0.5, 0.07), (QUAY + 3.4, 0.045)], (52, 58, 60), 8)
        c.line([(x - 0.28, QUAY + 3.2, z), (x + 0.28, QUAY + 3.2, z)], 1, (40, 44, 46))
        c.column(x, z, [(QUAY + 3.4, 0.10), (QUAY + 3.85, 0.19)], (255, 226, 150), 8)
        c.column(x, z, [(QUAY + 3.85, 0.24), (QUAY + 4.08, 0.05), (QUAY + 4.18, 0.02)], (44, 48, 50), 8)
    for z, x, half, low, string in ((15.6, -5.2, 0.72, 1.05, "CAFE"), (10.7, -5.0, 0.95, 1.05, "SHIP STORES")):
        c.line([(WALL_X, low + 0.72, z), (x + half, low + 0.72, z)], 2.2, (34, 34, 36))
        c.line([(WALL_X, low + 1.2, z), (x, low + 0.72, z)], 1.2, (34, 34, 36))
        for side in (-0.8, 0.8):
            c.line([(x + side * half, low + 0.72, z), (x + side * half, low + 0.5, z)], 1, (30, 30, 30))
        board = lambda g: [
            (x - half - g, low + 0.5 + g, z),
            (x + half + g, low + 0.5 + g, z),
            (x + half + g, low - g, z),
            (x - half - g, low - g, z),
        ]
        c.polygon(board(0.06), (214, 178, 102))
        c.polygon(board(0.02), (28, 52, 66))
        c.text(
            string,
            [
                (x - half + 0.1, low + 0.39, z),
                (x + half - 0.1, low + 0.39, z),
                (x + half - 0.1, low + 0.11, z),
                (x - half + 0.1, low + 0.11, z),
            ],
            (250, 232, 190),
        )
    for x, z in ((-5.0, 10.4), (-4.2, 10.6), (-4.6, 9.9)):
        bulge = [(QUAY + 0.9 * t, 0.27 + 0.07 * math.sin(math.pi * t)) for t in np.linspace(0, 1, 13)]
        c.shadow([(x - 0.3, QUAY, z), (x + 0.3, QUAY, z), (x - 0.2, QUAY, z - 0.9), (x - 0.8, QUAY, z - 0.9)], 0.55)
        c.column(
            x,
            z,
            bulge,
            lambda y: (62, 58, 58) if min(abs(y - QUAY - h) for h in (0.1, 0.28, 0.62, 0.8)) < 0.04 else (150, 100, 62),
            16,
        )
        c.polygon(
            [(x + 0.27 * math.cos(t), QUAY + 0.9, z + 0.27 * math.sin(t)) for t in np.linspace(0, 2 * math.pi, 25)],
            (128, 90, 60),
        )
    for x, z, size, name in ((-4.22, 7.9, 0.8, "TEA"), (-4.5, 6.5, 0.66, "No 7")):
        crate(c, x, z, size, name)
    for z in (27, 20.5, 14.6, 9.6, 6.9):
        x = EDGE_X - 0.24
        c.shadow(
            [(x - 0.2, QUAY, z - 0.1), (x + 0.2, QUAY, z - 0.1), (x - 0.2, QUAY, z - 1.1), (x - 0.7, QUAY, z - 1.1)],
            0.66,
        )
        c.column(
            x,
            z,
            [
                (QUAY, 0.20),
                (QUAY + 0.06, 0.15),
                (QUAY + 0.34, 0.12),
                (QUAY + 0.38, 0.20),
                (QUAY + 0.46, 0.19),
                (QUAY + 0.5, 0.10),
            ],
            (74, 70, 72),
            16,
        )
    for ring in range(5):
        for turn in range(4):
            radius = 0.44 - 0.07 * turn
            t = np.linspace(0, 2 * math.pi, 49)
            loop = [(-3.55 + radius * math.cos(a), QUAY + 0.05 * ring + 0.03, 5.6 + radius * math.sin(a)) for a in t]
            if ring == 4 or turn == 0:
                c.line(loop, 8.5, (92, 74, 52))
                c.line(loop, 6, (204, 178, 132))
    c.shadow([(-4.2, QUAY, 5.3), (-3.0, QUAY, 5.3), (-3.1, QUAY, 4.8), (-4.3, QUAY, 4.8)], 0.7)


def crate(c, x, z, size, name):
    y = QUAY + size
    c.shadow(
        [(x - 0.1, QUAY, z), (x + size, QUAY, z), (x + 0.6 * size, QUAY, z - size), (x - size, QUAY, z - size)], 0.5
    )
    c.polygon([(x, y, z), (x + size, y, z), (x + size, y, z + size), (x, y, z + size)], (214, 176, 124))
    c.polygon(
        [(x + size, QUAY, z), (x + size, y, z), (x + size, y, z + size), (x + size, QUAY, z + size)], (206, 158, 104)
    )
    c.polygon([(x, QUAY, z), (x + size, QUAY, z), (x + size, y, z), (x, y, z)], (76, 54, 38))
    boards = 6
    for i in range(boards):
        a, b = QUAY + size * i / boards, QUAY + size * (i + 0.93) / boards
        c.polygon([(x, a, z), (x + size, a, z), (x + size, b, z), (x, b, z)], c.vary((148, 112, 76), 0.06))
        c.polygon(
            [(x + size, a, z), (x + size, b, z), (x + size, b, z + size), (x + size, a, z + size)],
            c.vary((196, 148, 96), 0.05),
        )
    for left in (x, x + size * 0.88):
        c.polygon(
            [(left, QUAY, z), (left + size * 0.12, QUAY, z), (left + size * 0.12, y, z), (left, y, z)], (128, 94, 62)
        )
    c.text(
        name,
        [
            (x + size * 0.24, QUAY + size * 0.68, z),
            (x + size * 0.76, QUAY + size * 0.68, z),
            (x + size * 0.76, QUAY + size * 0.36, z),
            (x + size * 0.24, QUAY + size * 0.36, z),
        ],
        (48, 36, 30),
        640,
        320,
    )
