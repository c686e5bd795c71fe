package io.github.djltransformers.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What users of a module get with it. */
class DependenciesTest {
    @Test
    void blocksNeedDjlsApiAlone() throws Exception {
        Document pom = pom("djl-transformer-blocks/pom.xml");
        List<String> compiled = new ArrayList<>();
        for (Element dependency : elements(pom, "//dependency")) {
            if (!text(dependency, "scope").equals("test")
                    && !text(dependency, "optional").equals("true")) {
                compiled.add(text(dependency, "groupId") + ":" + text(dependency, "artifactId"));
            }
        }
        assertEquals(List.of("ai.djl:api"), compiled);
    }

    /** Neither an engine nor a logger, and no library of the command line. */
    @Test
    void theZooNeedsTheTranslatorsAlone() throws Exception {
        List<String> compiled = new ArrayList<>();
        for (Element dependency : elements(pom("djl-zoo/pom.xml"), "//dependency")) {
            if (!text(dependency, "scope").equals("test")) {
                compiled.add(text(dependency, "artifactId"));
            }
        }
        assertEquals(List.of("translators"), compiled);
    }

    /** Only where programs start do engines come along, and even there nothing is compiled against them. */
    @Test
    void enginesAreNeverCompiledAgainst() throws Exception {
        Set<String> scopes = new TreeSet<>();
        Document parent = pom("pom.xml");
        for (Element dependency :
                elements(parent, "/project/dependencies/dependency | /project/profiles//dependency")) {
            scopes.add(text(dependency, "scope"));
        }
        assertEquals(Set.of("${engine.scope}", "test"), scopes);
        assertEquals("test", text(parent.getDocumentElement(), "properties/engine.scope"));
        assertEquals("", text(pom("djl-transformer-blocks/pom.xml").getDocumentElement(), "properties/engine.scope"));
        assertEquals("", text(pom("translators/pom.xml").getDocumentElement(), "properties/engine.scope"));
        assertEquals("", text(pom("djl-zoo/pom.xml").getDocumentElement(), "properties/engine.scope"));
        assertEquals("runtime", text(pom("command-line/pom.xml").getDocumentElement(), "properties/engine.scope"));
    }

    /** The bill of materials has no parent that would keep it in step. */
    @Test
    void theBillOfMaterialsIsOfThisVersion() throws Exception {
        Document parent = pom("pom.xml");
        Document bom = pom("bom/pom.xml");
        assertEquals(text(parent.getDocumentElement(), "version"), text(bom.getDocumentElement(), "version"));
        List<String> managed = new ArrayList<>();
        for (Element dependency : elements(bom, "//dependency")) {
            managed.add(text(dependency, "artifactId") + " " + text(dependency, "version"));
        }
        List<String> expected = new ArrayList<>();
        ProjectFiles.MODULES.forEach(module -> expected.add(module + " ${project.version}"));
        expected.add("bom " + text(parent.getDocumentElement(), "properties/djl.version"));
        assertEquals(expected, managed);
    }

    /** What a module path calls a jar must not follow from its file's name. */
    @Test
    void everyModuleHasItsName() throws Exception {
        Set<String> names = new TreeSet<>();
        for (String module : ProjectFiles.MODULES) {
            names.add(text(pom(module + "/pom.xml").getDocumentElement(), "properties/module.name"));
        }
        assertEquals(
                Set.of(
                        "io.github.djltransformers.blocks",
                        "io.github.djltransformers.cli",
                        "io.github.djltransformers.text",
                        "io.github.djltransformers.zoo"),
                names);
    }

    private static Document pom(String path) throws IOException, ParserConfigurationException, SAXException {
        Path file = ProjectFiles.root().resolve(path);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }

    private static List<Element> elements(Document document, String path) throws XPathExpressionException {
        NodeList nodes =
                (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static String text(Element element, String path) throws XPathExpressionException {
        return XPathFactory.newInstance().newXPath().evaluate(path, element).trim();
    }
}
