#!/usr/bin/env python3
"""Makes the files of this folder, and expected.tsv: name, width, height, values as %g of floats.

It shares no code with the program, and writes PNG and NPY by hand, after their specifications.
"""
import os
import struct
import zlib

os.chdir(os.path.dirname(os.path.abspath(__file__)))
W, H = 5, 3
rows = []


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def divide(a, b):
    return single(single(a) / single(b))


def save(name, data, width, height, values):
    with open(name, "wb") as f:
        f.write(data)
    rows.append("%s\t%d\t%d\t%s\n" % (name, width, height, "/".join(
        " ".join("%g" % x for x in row) for row in values)))


# ---- PNG

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack(samples, depth):
    """A line of samples as bytes."""
    if depth == 16:
        return b"".join(struct.pack(">H", s) for s in samples)
    bits = "".join(format(s, "0%db" % depth) for s in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
          (0, 1, 1, 2)]


def png(colour, depth, pixel, interlaced=False, extra=b""):
    """pixel(x, y) is a list of samples."""
    raw = b""
    for x0, y0, dx, dy in (PASSES if interlaced else [(0, 0, 1, 1)]):
        for y in range(y0, H, dy):
            line = [s for x in range(x0, W, dx) for s in pixel(x, y)]
            if line:
                raw += b"\0" + pack(line, depth)
    header = struct.pack(">IIBBBBB", W, H, depth, colour, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra +
            chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def luma(r, g, b):
    return (r * 19595 + g * 38470 + b * 7471 + 32768) >> 16


def on_white(grey, alpha, white):
    return (grey * alpha + white * (white - alpha) + white // 2) // white


def grid(f):
    return [f(x, y) for y in range(H) for x in range(W)]


for depth in (1, 2, 4, 8, 16):
    top = (1 << depth) - 1

    def level(x, y, top=top):
        return (x * 7919 + y * 104729 + x * y * 31) % (top + 1)
    want = [divide(level(x, y) * (255 // top), 255) if depth <= 8 else divide(level(x, y), 65535)
            for y in range(H) for x in range(W)]
    if depth <= 8:  # a byte a pixel times the float nearest to 1/255
        want = [single(round(v * 255) * divide(1, 255)) for v in want]
    for interlaced in (False, True):
        save("grey%d%s.png" % (depth, "i" if interlaced else ""),
             png(0, depth, lambda x, y: [level(x, y)], interlaced), W, H, [want])
    if depth <= 8:
        palette = [((37 * i) % 256, (91 * i + 5) % 256, (11 * i + 200) % 256)
                   for i in range(top + 1)]
        seen = [palette[v] for v in grid(level)]
        save("palette%d.png" % depth,
             png(3, depth, lambda x, y: [level(x, y)], False,
                 chunk(b"PLTE", b"".join(bytes(p) for p in palette))),
             W, H, [[single(luma(*p) * divide(1, 255)) for p in seen]])

for depth in (8, 16):
    white = (1 << depth) - 1
    step = 257 if depth == 16 else 1

    def rgba(x, y, step=step):
        return [(60 * x + 3) * step, (80 * y + 9) * step, (20 * x + 50 * y) * step,
                (255 - 50 * x) * step]

    def unit(v, depth=depth, white=white):
        return single(v * divide(1, 255)) if depth == 8 else divide(v, white)
    colour = [unit(luma(*p[:3])) for p in grid(rgba)]
    both = [unit(on_white(luma(*p[:3]), p[3], white)) for p in grid(rgba)]
    alpha = [unit(on_white(p[0], p[3], white)) for p in grid(rgba)]
    save("rgb%d.png" % depth, png(2, depth, lambda x, y: rgba(x, y)[:3]), W, H, [colour])
    save("rgba%di.png" % depth, png(6, depth, rgba, True), W, H, [both])
    save("alpha%d.png" % depth, png(4, depth, lambda x, y: [rgba(x, y)[0], rgba(x, y)[3]]),
         W, H, [alpha])
# grey 3 is transparent, and so white
save("transparent.png", png(0, 8, lambda x, y: [x], False, chunk(b"tRNS", b"\0\3")), W, H,
     [[single((255 if x == 3 else x) * divide(1, 255)) for y in range(H) for x in range(W)]])

# ---- PBM and PGM

save("plain.pbm", b"P1\n# a remark\n5 3\n01010\n1 0 1 0 1\n0101\n0", 5, 3, [[i % 2 for i in range(15)]])
save("packed.pbm", b"P4 5 3\n" + bytes([0b01010000, 0b10101000, 0b01010000]), 5, 3,
     [[i % 2 for i in range(15)]])
save("plain.pgm", b"P2\n3 2 # remark\n10\n0 5 10\n1 2 3\n", 3, 2,
     [[divide(v, 10) for v in (0, 5, 10, 1, 2, 3)]])
save("packed.pgm", b"P5\n3 2\n255\n" + bytes([0, 51, 255, 1, 2, 102]), 3, 2,
     [[single(v * divide(1, 255)) for v in (0, 51, 255, 1, 2, 102)]])
save("wide.pgm", b"P5\n2 1 65535\n\x80\x00\xff\xff", 2, 1, [[divide(32768, 65535), 1]])
save("many.pgm", b"".join(b"P5 2 1 255\n" + bytes([v, 255]) for v in (0, 255, 51)), 2, 1,
     [[single(v * divide(1, 255)), 1] for v in (0, 255, 51)])

# ---- NPY


def npy(version, descr, fortran, shape, data):
    header = ("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }" %
              (descr, fortran, repr(tuple(shape)))).encode()
    lead = b"\x93NUMPY" + bytes([version, 0])
    size = "<H" if version == 1 else "<I"
    header += b" " * (-(len(lead) + struct.calcsize(size) + len(header) + 1) % 64) + b"\n"
    return lead + struct.pack(size, len(header)) + header + data


table = [[0, 1, 2], [3, 4, -5]]
flat = [v for row in table for v in row]
turned = [table[r][c] for c in range(3) for r in range(2)]
for descr, code in (("<i2", "<h"), (">i2", ">h"), ("|i1", "b"), ("<i4", "<i"), ("<i8", "<q"),
                    ("<f4", "<f"), ("<f8", "<d"), (">f8", ">d")):
    data = b"".join(struct.pack(code, v) for v in flat)
    save("npy%s%s.npy" % (descr[1:], {"<": "l", ">": "b", "|": ""}[descr[0]]),
         npy(1, descr, False, (2, 3), data), 0, 0, table)
save("fortran.npy", npy(2, "<f4", True, (2, 3), b"".join(struct.pack("<f", v) for v in turned)), 0,
     0, table)
save("unsigned.npy", npy(3, "<u4", False, (1, 2), struct.pack("<II", 7, 1 << 31)), 0, 0,
     [[7, 2147483648.0]])
save("bool.npy", npy(1, "|b1", False, (2, 2), bytes([0, 1, 1, 0])), 0, 0, [[0, 1], [1, 0]])
save("grey.npy", npy(1, "|u1", False, (2, 1, 2), bytes([0, 255, 51, 1])), 2, 1,
     [[0, 1], [single(51 * divide(1, 255)), single(divide(1, 255))]])
cube = [[[100 * n + 10 * y + x for x in range(3)] for y in range(2)] for n in range(2)]
save("cube.npy", npy(1, "<i2", True, (2, 2, 3), b"".join(
    struct.pack("<h", cube[n][y][x]) for x in range(3) for y in range(2) for n in range(2))), 3, 2,
     [[v for line in n for v in line] for n in cube])
save("vector.npy", npy(1, "<f8", False, (3,), struct.pack("<ddd", 0.5, 1, 2)), 0, 0,
     [[0.5], [1], [2]])

# ---- IDX and text

save("pictures.idx", b"\0\0\x08\3" + struct.pack(">III", 2, 1, 2) + bytes([0, 255, 51, 1]), 2, 1,
     [[0, 1], [single(51 * divide(1, 255)), single(divide(1, 255))]])
packer = zlib.compressobj(9, zlib.DEFLATED, 31)
save("rows.idx.gz", packer.compress(b"\0\0\x08\2" + struct.pack(">II", 2, 3) +
                                    bytes([0, 1, 1, 1, 0, 0])) + packer.flush(), 0, 0,
     [[0, 1, 1], [1, 0, 0]])
save("bits.csv", b"# bits\n0,1,1\n1,0,0\n", 0, 0, [[0, 1, 1], [1, 0, 0]])
save("numbers.txt", b"0 0.25\t-3e2\r\n1 1 1\r\n", 0, 0, [[0, 0.25, -300], [1, 1, 1]])

with open("expected.tsv", "w", encoding="ascii") as f:
    f.writelines(rows)
