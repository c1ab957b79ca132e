"""Sky, water and light: the whole picture."""

import math

import numpy as np
from PIL import Image, ImageDraw

from .arrays import blur, mix, noise_tile, sample, smooth
from .boats import dinghy, lighthouse, sailboat, sloop, trawler
from .canvas import CENTER_X, FOCAL, HEIGHT, HORIZON, MARGIN, SUPER, WATER, WIDTH, Canvas
from .town import furniture, house, quay

SUN_X, SUN_Y = 792, 372


def world(mirrored):
    """Everything between the sky and the water, from far to near."""
    c = Canvas(mirrored)
    lighthouse(c, 27, 70)
    sailboat(c, 9.5, 130, 9, (250, 226, 190), (246, 214, 176))
    sailboat(c, 14.6, 84, 8, (238, 176, 120), (248, 226, 196))
    sailboat(c, 1.4, 52, 7, (250, 232, 204), (206, 84, 60))
    for z0, z1, eave, peak, brick, gable in reversed(
        [
            (6.6, 9.5, 4.6, 7.6, (164, 86, 66), "step"),
            (9.5, 12.0, 4.1, 6.4, (206, 158, 92), "bell"),
            (12.0, 15.0, 4.9, 7.4, (142, 70, 62), "step"),
            (15.0, 17.8, 4.2, 6.4, (196, 182, 160), "plain"),
            (17.8, 21.5, 4.7, 7.3, (178, 98, 70), "step"),
            (21.5, 25, 4.0, 6.4, (150, 150, 146), "bell"),
            (25, 30, 4.9, 7.4, (168, 84, 66), "plain"),
            (30, 36, 4.4, 6.6, (204, 164, 110), "step"),
            (36, 44, 4.8, 7.2, (150, 80, 66), "plain"),
        ]
    ):
        house(c, z0, z1, eave, peak, brick, gable)
    quay(c)
    furniture(c) if not mirrored else None
    trawler(c, 1.35, 20.5)
    sloop(c, 3.0, 12.6)
    dinghy(c, 3.6, 9.3)
    return c


def sky(rows_above):
    """The sky and the hills from `rows_above` rows over the horizon down to it, as light that may exceed 1 near the sun."""
    y, x = np.mgrid[0:rows_above, 0:WIDTH].astype(np.float32)
    height = (rows_above - y) / FOCAL
    t = np.clip(height / 0.5, 0, 1)[..., None]
    light = mix(
        mix((1.0, 0.80, 0.58), (0.80, 0.80, 0.80), smooth(0, 0.28, t)), (0.27, 0.43, 0.66), smooth(0.18, 1.0, t)
    )
    distance = np.hypot(x - SUN_X, (y - rows_above + HORIZON - SUN_Y) * 1.15)[..., None]
    warm = np.array((1.0, 0.72, 0.42), np.float32)
    light = light + warm * (0.30 * np.exp(-distance / 110) + 0.16 * np.exp(-distance / 400))
    tile = noise_tile(1024, 8, 41)
    depth = 1 / (height + 0.075)
    u, v = 330 * depth * (x - CENTER_X) / FOCAL, 420 * depth
    density = sample(tile, v, u, wrap=True)
    towards = sample(tile, v + 12, u + 12 * np.clip((SUN_X - x) / 300, -1, 1), wrap=True)
    cover = (smooth(-0.15, 1.15, density) * smooth(0.03, 0.16, height))[..., None]
    rim = np.clip(0.52 + 0.42 * (density - towards), 0, 1)[..., None] * (0.75 + 0.5 * np.exp(-distance / 380))
    cloud = mix((0.50, 0.47, 0.56), (1.06, 0.90, 0.76), np.clip(rim + 0.25 * (1 - cover), 0, 1))
    light = mix(light, cloud, 0.86 * cover)
    light = light + np.array((1.0, 0.86, 0.62), np.float32) * (
        2.4 * smooth(23, 20, distance) + 0.35 * np.exp(-((distance / 50) ** 2))
    )
    for number, (tall, tone) in enumerate(
        ((0.125, (0.80, 0.68, 0.66)), (0.085, (0.60, 0.54, 0.60)), (0.050, (0.38, 0.40, 0.47)))
    ):
        ridge = noise_tile(2048 if number else 1024, 7, 50 + number, first=4, gain=0.42)[7 * number + 3]
        line = tall * (0.55 + 0.24 * np.interp(np.arange(WIDTH) * 0.62 + 300 * number, np.arange(len(ridge)), ridge))
        line = line * (0.35 + 0.65 * smooth(0, 400, abs(np.arange(WIDTH) - 820.0)))
        edge = np.clip((line[None] - height) * FOCAL + 0.5, 0, 1)[..., None]
        tone = mix(tone, (1.0, 0.80, 0.58), 0.60 * np.exp(-distance / 130))
        light = mix(light, tone, edge)
    return light


def waves():
    """For each pixel under the horizon the slopes of the water along x and z, and the spread of those too small to be seen."""
    y, x = np.mgrid[HORIZON:HEIGHT, 0:WIDTH].astype(np.float32)
    z = FOCAL * -WATER / (y - HORIZON + 0.5)
    across = (x - CENTER_X) * z / FOCAL
    footprint_z, footprint_x = z * z / (FOCAL * -WATER), z / FOCAL
    random = np.random.default_rng(77)
    slope_x, slope_z, hidden = (np.zeros_like(z) for _ in range(3))
    tile = noise_tile(1024, 6, 91)
    gusts = 0.65 + 0.45 * sample(tile, z * 4.0, across * 2.2, wrap=True)
    gusts = np.clip(gusts, 0.25, 1.6)
    for _ in range(90):
        length = math.exp(random.uniform(math.log(0.10), math.log(5.0)))
        angle = random.normal(0.35, 0.75)
        k = 2 * math.pi / length
        kx, kz = k * math.sin(angle), k * math.cos(angle)
        steep = 0.0105 * length**0.10
        phase = kx * across + kz * z + random.uniform(0, 2 * math.pi)
        seen = np.exp(-0.5 * ((kz * footprint_z) ** 2 + (kx * footprint_x) ** 2) * 0.3)
        wave = steep * seen * (np.cos(phase) + 0.25 * np.cos(2 * phase))
        slope_x += wave * math.sin(angle)
        slope_z += wave * math.cos(angle)
        hidden += (steep * (1 - seen)) ** 2
    return slope_x * gusts, slope_z * gusts, np.sqrt(hidden) * gusts


def harbour():
    """The scene as sRGB in 0…1, before grain."""
    above = sky(HORIZON + MARGIN)
    below, cover = world(mirrored=True).premultiplied()
    mirror = np.zeros((HEIGHT + MARGIN, WIDTH, 3), np.float32)
    mirror[:HORIZON] = above[MARGIN:]
    flipped = above[::-1]
    rows = np.minimum(np.arange(HEIGHT + MARGIN - HORIZON), len(flipped) - 1)
    mirror[HORIZON:] = flipped[rows]
    mirror[:HORIZON] = mirror[HORIZON : HORIZON + 1]

    slope_x, slope_z, hidden = waves()
    y, x = np.mgrid[HORIZON:HEIGHT, 0:WIDTH].astype(np.float32)
    water = np.zeros(y.shape + (3,), np.float32)
    spread = (-1.5, -0.9, -0.45, -0.15, 0.15, 0.45, 0.9, 1.5)
    for s in spread:
        down = np.clip(FOCAL * 0.62 * (slope_z + s * hidden), -170, 170)
        aside = FOCAL * 0.16 * slope_x
        # What floats or stands near is mirrored a short way before the ray reaches it, so waves move it less than the sky.
        covered = sample(cover, y + 0.3 * down, x + 0.6 * aside)
        nearby = sample(below, y + 0.3 * down, x + 0.6 * aside)
        water += (nearby + sample(mirror, y + down, x + aside) * (1 - covered)) / len(spread)
    grazing = 1 / np.hypot(1, FOCAL / (y - HORIZON + 4))
    facing = np.clip(grazing - 0.8 * slope_z, 0.02, 1)[..., None]
    reflectance = 0.06 + 0.94 * (1 - facing) ** 2.0
    depth = mix((0.16, 0.30, 0.34), (0.04, 0.14, 0.19), smooth(0, 330, y - HORIZON)[..., None])
    water = depth * (1 - reflectance) + water * reflectance * np.array((0.94, 0.97, 0.98), np.float32)

    picture = np.concatenate([above[MARGIN:], water])
    near, cover = world(mirrored=False).premultiplied()
    near *= 1 + 0.030 * noise_tile(2048, 9, 12, gain=0.8)[:HEIGHT, :WIDTH, None]
    picture = near + picture * (1 - cover)
    gulls(picture)
    glow = blur(np.clip(picture - 0.92, 0, 3), 12) * 0.40 + blur(np.clip(picture - 0.98, 0, 3), 50) * 0.7
    picture = picture + glow * np.array((1.0, 0.86, 0.66), np.float32)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    picture = picture * (1.05 - 0.30 * ((x / WIDTH - 0.55) ** 2 + (y / HEIGHT - 0.5) ** 2)[..., None]).astype(
        np.float32
    )
    knee = 0.78
    return np.where(picture > knee, knee + (1 - knee) * (1 - np.exp(-(picture - knee) / (1 - knee))), picture)


def gulls(picture):
    """A few gulls, drawn into the picture: two arcs each."""
    layer = Image.new("L", (WIDTH * SUPER, 260 * SUPER))
    draw = ImageDraw.Draw(layer)
    for x, y, span, lift in (
        (560, 96, 26, 0.5),
        (612, 128, 18, 0.2),
        (520, 150, 15, 0.6),
        (1010, 120, 22, 0.35),
        (1060, 92, 15, 0.1),
    ):
        for side in (-1, 1):
            wing = [
                (x + side * span * t, y - span * (0.75 * lift * math.sin(2.2 * t) + 0.25 * t) + 0.5 * span * t * t)
                for t in np.linspace(0, 1, 20)
            ]
            back = [(px, py + span * 0.13 * (1 - t) ** 0.7) for (px, py), t in zip(wing, np.linspace(0, 1, 20))]
            draw.polygon([(px * SUPER, py * SUPER) for px, py in wing + back[::-1]], fill=230)
    mask = np.asarray(layer.reduce(SUPER), np.float32)[..., None] / 255
    picture[:260] = mix(picture[:260], (0.28, 0.27, 0.32), mask)
