package io.kspan.deploy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A POM of this repository as it is written, without what it inherits. */
final class Pom {
  private static final Pom ROOT = new Pom(Repository.file("pom.xml"));

  private final Document document;

  private Pom(Path file) {
    try {
      document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    } catch (IOException | ParserConfigurationException | SAXException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }

  static Pom root() {
    return ROOT;
  }

  static Pom of(String module) {
    return new Pom(Repository.file(module + "/pom.xml"));
  }

  /**
   * The version of the project, which stands in the POM of the root and as parent of the others.
   */
  static String version() {
    return ROOT.text("/project/version");
  }

  /** A property of the root. */
  static String property(String name) {
    return ROOT.text("/project/properties/" + name);
  }

  /** The first text at an XPath; empty if there is none. */
  String text(String path) {
    return texts(path).stream().findFirst().orElse("");
  }

  List<String> texts(String path) {
    List<String> texts = new ArrayList<>();
    NodeList nodes = evaluate(path);
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent().strip());
    }
    return texts;
  }

  private NodeList evaluate(String path) {
    try {
      return (NodeList)
          XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
    } catch (XPathExpressionException e) {
      throw new IllegalArgumentException(path, e);
    }
  }
}
