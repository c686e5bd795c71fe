package io.github.djltransformers.text.chat;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;

/** The methods and properties of texts, lists, maps and loops that templates use, as Python has them, and no others. */
final class PythonResolver extends ELResolver {
    @Override
    public Object getValue(ELContext context, Object base, Object property) {
        if (base == null) {
            return null;
        }
        context.setPropertyResolved(true);
        if (base instanceof ForLoop loop) {
            return ofLoop(loop, String.valueOf(property));
        }
        if (base instanceof CharSequence text && property instanceof Number number) {
            int[] points = text.toString().codePoints().toArray();
            int place = number.intValue() < 0 ? points.length + number.intValue() : number.intValue();
            return place < 0 || place >= points.length ? null : Character.toString(points[place]);
        }
        if (base instanceof Map.Entry<?, ?> entry && property instanceof Number number) {
            return number.intValue() == 0 ? entry.getKey() : entry.getValue();
        }
        return null; // undefined
    }

    private static Object ofLoop(ForLoop loop, String property) {
        return switch (property) {
            case "index" -> loop.getIndex();
            case "index0" -> loop.getIndex0();
            case "revindex" -> loop.getRevindex();
            case "revindex0" -> loop.getRevindex0();
            case "first" -> loop.isFirst();
            case "last" -> loop.isLast();
            case "length" -> loop.getLength();
            case "depth" -> loop.getDepth();
            case "depth0" -> loop.getDepth0();
            default -> throw new ELException("loop." + property + " is not supported");
        };
    }

    @Override
    public Object invoke(ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
        if (base == null) {
            return null;
        }
        context.setPropertyResolved(true);
        String name = String.valueOf(method);
        if (base instanceof Filter filter) {
            return filter(filter, arguments);
        }
        if (base instanceof ExpTest test) {
            return test(test, name, arguments);
        }
        if (base instanceof Map<?, ?> map) {
            return PythonMethods.ofMap(map, name, arguments);
        }
        if (base instanceof List<?> list) {
            return PythonMethods.ofList(list, name, arguments);
        }
        if (base instanceof CharSequence text) {
            return PythonMethods.ofText(text.toString(), name, arguments);
        }
        throw new ELException("the method " + name + " of a " + base.getClass().getSimpleName() + " is not supported");
    }

    private static Object filter(Filter filter, Object[] arguments) {
        Object value = arguments[0];
        Object[] positional = arguments[2] instanceof Object[] array ? array : new Object[0];
        Map<?, ?> named = arguments[3] instanceof Map<?, ?> map ? map : Map.of();
        switch (filter.getName()) {
            case "trim":
                return PythonMethods.strip(value == null ? "" : value.toString());
            case "tojson":
                return PythonJson.write(value, named.get("indent"));
            case "length", "count":
                if (value instanceof CharSequence text) {
                    return (long) text.toString().codePointCount(0, text.length());
                }
                break;
            default:
        }
        if (!TemplateConstructs.FILTERS.contains(filter.getName())) {
            throw new ELException("the filter " + filter.getName() + " is not supported");
        }
        @SuppressWarnings("unchecked")
        Map<String, Object> keywords = (Map<String, Object>) named;
        return filter.filter(value, (JinjavaInterpreter) arguments[1], positional, keywords);
    }

    private static boolean test(ExpTest test, String name, Object[] arguments) {
        List<Object> rest = new ArrayList<>();
        for (Object argument : Arrays.asList(arguments).subList(2, arguments.length)) {
            if (argument instanceof Object[] array) {
                rest.addAll(Arrays.asList(array));
            } else {
                rest.add(argument);
            }
        }
        JinjavaInterpreter interpreter = (JinjavaInterpreter) arguments[1];
        return name.equals("evaluateNegated")
                ? test.evaluateNegated(arguments[0], interpreter, rest.toArray())
                : test.evaluate(arguments[0], interpreter, rest.toArray());
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
        return null;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        throw new ELException("setting " + property + " is not supported");
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
        return null;
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
        return Object.class;
    }
}
