package io.kspan.quickstart.page;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** A picture of a page: text and bars, so a palette of its most frequent colours is enough. */
final class Picture {
  private static final int PALETTE = 256;

  private final BufferedImage image;
  private final List<Integer> colours;

  /** Reads a PNG. */
  Picture(byte[] png) throws IOException {
    image = ImageIO.read(new ByteArrayInputStream(png));
    Map<Integer, Integer> count = new HashMap<>();
    for (int rgb : pixels()) {
      count.merge(rgb, 1, Integer::sum);
    }
    Comparator<Map.Entry<Integer, Integer>> rare = Map.Entry.comparingByValue();
    colours =
        count.entrySet().stream()
            .sorted(rare.reversed().thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .toList();
  }

  int width() {
    return image.getWidth();
  }

  /** The number of colours; 1 for a blank picture. */
  int colours() {
    return colours.size();
  }

  /** As a PNG with a palette, a third of the size. */
  byte[] small() throws IOException {
    List<Integer> palette = palette();
    IndexColorModel model =
        new IndexColorModel(
            8, palette.size(), palette.stream().mapToInt(rgb -> rgb).toArray(), 0, false, -1, 0);
    BufferedImage small =
        new BufferedImage(
            image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
    Map<Integer, Integer> nearest = new HashMap<>();
    int[] pixels = pixels();
    for (int i = 0; i < pixels.length; i++) {
      int index = nearest.computeIfAbsent(pixels[i], rgb -> nearest(palette, rgb));
      small.getRaster().setSample(i % image.getWidth(), i / image.getWidth(), 0, index);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(small, "png", out);
    return out.toByteArray();
  }

  /**
   * The most frequent colours, then those that are farthest from all that were taken: a thin bar
   * keeps its own.
   */
  private List<Integer> palette() {
    List<Integer> palette =
        new ArrayList<>(colours.subList(0, Math.min(PALETTE / 2, colours.size())));
    List<Integer> rest = new ArrayList<>(colours.subList(palette.size(), colours.size()));
    Map<Integer, Integer> distances = new HashMap<>();
    rest.forEach(rgb -> distances.put(rgb, distance(rgb, palette.get(nearest(palette, rgb)))));
    while (palette.size() < PALETTE && !rest.isEmpty()) {
      Integer farthest = Collections.max(rest, Comparator.comparing(distances::get));
      palette.add(farthest);
      rest.remove(farthest);
      distances.replaceAll((rgb, before) -> Math.min(before, distance(rgb, farthest)));
    }
    return palette;
  }

  private int[] pixels() {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private static int nearest(List<Integer> palette, int rgb) {
    int best = 0;
    for (int i = 1; i < palette.size(); i++) {
      if (distance(palette.get(i), rgb) < distance(palette.get(best), rgb)) {
        best = i;
      }
    }
    return best;
  }

  private static int distance(int one, int other) {
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int difference = (one >> shift & 0xFF) - (other >> shift & 0xFF);
      sum += difference * difference;
    }
    return sum;
  }
}
