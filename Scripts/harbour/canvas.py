"""The camera, and the canvas on which the world is drawn as polygons.

The camera stands 3 m above the water and looks along z. The world is in metres: x to the right, y up from the eye, z away.
"""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from .arrays import smooth

WIDTH, HEIGHT = 1200, 800
CENTER_X, HORIZON, FOCAL = 690, 428, 900
SUPER = 4  # each pixel of what is drawn with lines and polygons is the mean of 16
MARGIN = 160  # rows drawn beyond the picture for the water to mirror
WATER, QUAY, WALL_X, EDGE_X = -3.0, -1.6, -6.0, -2.5
HAZE = (246, 208, 168)


class Canvas:
    """Polygons of the world, seen directly or as still water mirrors them, on a transparent ground."""

    def __init__(self, mirrored):
        self.mirrored = mirrored
        self.rows = HEIGHT + (MARGIN if mirrored else 0)
        size = (WIDTH * SUPER, self.rows * SUPER)
        self.image = Image.new("RGBA", size)
        self.draw = ImageDraw.Draw(self.image)
        self.shade = Image.new("L", (WIDTH, self.rows), 255)
        self.shade_draw = ImageDraw.Draw(self.shade)
        self.random = np.random.default_rng(2)

    def at(self, x, y, z):
        y = 2 * WATER - y if self.mirrored else y
        return ((CENTER_X + FOCAL * x / z) * SUPER, (HORIZON - FOCAL * y / z) * SUPER)

    @staticmethod
    def hazed(color, z):
        t = 1 - math.exp(-max(0, z - 6) / 190)
        return tuple(int(round(c * (1 - t) + h * t)) for c, h in zip(color, HAZE)) + (255,)

    def polygon(self, points, color):
        z = sum(p[2] for p in points) / len(points)
        screen = [self.at(*p) for p in points]
        self.draw.polygon(screen, fill=self.hazed(color, z))
        self.shade_draw.polygon([(a / SUPER, b / SUPER) for a, b in screen], fill=255)

    def line(self, points, pixels, color):
        z = sum(p[2] for p in points) / len(points)
        self.draw.line(
            [self.at(*p) for p in points], fill=self.hazed(color, z), width=max(1, round(pixels * SUPER)), joint="curve"
        )

    def shadow(self, points, light):
        self.shade_draw.polygon([tuple(c / SUPER for c in self.at(*p)) for p in points], fill=int(255 * light))

    def text(self, string, corners, color, width=1600, height=256):
        """Letters on the quadrilateral of the world with these corners: top left, top right, bottom right, bottom left."""
        font = ImageFont.load_default(200)
        left, top, right, bottom = font.getbbox(string)
        mask = Image.new("L", (right - left + 20, bottom - top + 20))
        ImageDraw.Draw(mask).text((10 - left, 10 - top), string, fill=255, font=font)
        mask = mask.resize((width, height), Image.Resampling.LANCZOS)
        screen = [self.at(*c) for c in corners]
        x0, y0 = (int(min(p[i] for p in screen)) for i in (0, 1))
        x1, y1 = (int(max(p[i] for p in screen)) + 1 for i in (0, 1))
        rows, values = [], []
        for (u, v), (x, y) in zip([(0, 0), (width, 0), (width, height), (0, height)], screen):
            x, y = x - x0, y - y0
            rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
            values += [u, v]
        coefficients = np.linalg.solve(np.array(rows), np.array(values))
        warped = mask.transform(
            (x1 - x0, y1 - y0), Image.Transform.PERSPECTIVE, tuple(coefficients), Image.Resampling.BICUBIC
        )
        self.image.paste(Image.new("RGBA", warped.size, self.hazed(color, corners[0][2])), (x0, y0), warped)

    def premultiplied(self):
        """The drawing at picture size: colours times coverage in 0…1, and coverage. What is not drawn is (0, 0, 0, 0)."""
        bands = [np.asarray(band.reduce(SUPER), np.float32) / 255 for band in self.image.split()]
        light = np.asarray(self.shade.filter(ImageFilter.GaussianBlur(2)), np.float32)[..., None] / 255
        return np.stack(bands[:3], -1) * light, bands[3][..., None]

    def vary(self, color, amount):
        """A colour made a little lighter or darker and, less, of another hue."""
        scale = 1 + amount * self.random.normal()
        return tuple(float(np.clip(c * scale + 20 * amount * self.random.normal(), 0, 255)) for c in color)

    def column(self, x, z, profile, color, strips=18):
        """An upright round body lit from the right: profile is [(y, radius)…] upwards; color a colour or a function of y."""
        for (y0, r0), (y1, r1) in zip(profile, profile[1:]):
            base = color((y0 + y1) / 2) if callable(color) else color
            for i in range(strips):
                s0, s1 = -math.cos(math.pi * i / strips), -math.cos(math.pi * (i + 1) / strips)
                light = 0.5 + 0.62 * float(smooth(-0.7, 0.95, (s0 + s1) / 2))
                shaded = tuple(min(255, c * light + 10 * light * w) for c, w in zip(base, (1.6, 0.6, 0)))
                s1 += 0.02
                self.polygon(
                    [(x + r0 * s0, y0, z), (x + r0 * s1, y0, z), (x + r1 * s1, y1, z), (x + r1 * s0, y1, z)], shaded
                )

    def rope(self, start, end, sag, pixels, color=(196, 174, 132)):
        """A rope that hangs between two points as a parabola."""
        curve = [
            tuple(
                a + (b - a) * t - (sag * 4 * t * (1 - t) if k == 1 else 0) for k, (a, b) in enumerate(zip(start, end))
            )
            for t in np.linspace(0, 1, 41)
        ]
        self.line(curve, pixels + 0.7, (70, 58, 48))
        self.line(curve, pixels, color)
