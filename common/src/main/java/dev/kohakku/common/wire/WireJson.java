package dev.kohakku.common.wire;

import dev.kohakku.common.blob.BlobKey;
import dev.kohakku.common.log.LogPosition;
import dev.kohakku.common.log.LogStream;
import dev.kohakku.common.task.CompletionMode;
import dev.kohakku.common.task.CpuQuantity;
import dev.kohakku.common.task.Epoch;
import dev.kohakku.common.task.ImageReference;
import dev.kohakku.common.task.MemoryQuantity;
import dev.kohakku.common.task.PortMapping;
import dev.kohakku.common.task.RuntimeType;
import dev.kohakku.common.task.TaskId;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdScalarSerializer;
import tools.jackson.databind.type.LogicalType;

/**
 * How everything looks in JSON, on every wire and in every stored document: snake_case, ISO-8601
 * times and durations, value types as their text, choices of users in lower case. Strict in what is
 * read: unknown and repeated fields are refused, and so is a value of another type, where Jackson
 * would make {@code "5"} a number and {@code 5} a text.
 */
public final class WireJson {

    private WireJson() {}

    /** A new mapper with these rules. Thread-safe once built. */
    public static JsonMapper mapper() {
        return configure(JsonMapper.builder()).build();
    }

    /**
     * A new mapper for what another service answers: with these rules, but unknown fields are
     * passed over, and a flag or number that is missing is false or 0. Services are upgraded one
     * after another: a newer one says more than an older one knows, and an older one less.
     * Thread-safe once built.
     */
    public static JsonMapper mapperOfAnswers() {
        return configure(JsonMapper.builder())
                .disable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build();
    }

    /** Applies the rules to a mapper being built, such as Spring's. */
    public static JsonMapper.Builder configure(JsonMapper.Builder builder) {
        return builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        text ->
                                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                        .setCoercion(
                                                CoercionInputShape.Boolean, CoercionAction.Fail))
                .disable(
                        DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
                        DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .addModule(module());
    }

    private static JacksonModule module() {
        var module = new SimpleModule("kohakku");
        text(module, TaskId.class, TaskId::parse, TaskId::toString);
        text(module, ImageReference.class, ImageReference::parse, ImageReference::toString);
        text(module, CpuQuantity.class, CpuQuantity::parse, CpuQuantity::toString);
        text(module, MemoryQuantity.class, MemoryQuantity::parse, MemoryQuantity::toString);
        text(module, BlobKey.class, BlobKey::new, BlobKey::value);
        text(module, LogPosition.class, LogPosition::parse, LogPosition::toString);
        module.addSerializer(
                Epoch.class,
                new StdScalarSerializer<>(Epoch.class) {
                    @Override
                    public void serialize(
                            Epoch value, JsonGenerator generator, SerializationContext context) {
                        generator.writeNumber(value.value());
                    }
                });
        module.addDeserializer(
                Epoch.class,
                new StdScalarDeserializer<>(Epoch.class) {
                    @Override
                    public Epoch deserialize(JsonParser parser, DeserializationContext context) {
                        return new Epoch(parser.getLongValue());
                    }
                });
        choice(module, RuntimeType.class);
        choice(module, CompletionMode.class);
        choice(module, PortMapping.Protocol.class);
        choice(module, LogStream.class);
        choice(module, DispatchMode.class);
        return module;
    }

    private static <E extends Enum<E>> void choice(SimpleModule module, Class<E> type) {
        text(
                module,
                type,
                text -> choiceOf(type, text),
                value -> value.name().toLowerCase(Locale.ROOT));
    }

    private static <E extends Enum<E>> E choiceOf(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> value.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'"
                                        + text
                                        + "' is none of "
                                        + Arrays.stream(type.getEnumConstants())
                                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                                .collect(Collectors.joining(", "))));
    }

    private static <T> void text(
            SimpleModule module,
            Class<T> type,
            Function<String, T> read,
            Function<T, String> write) {
        module.addSerializer(
                type,
                new StdScalarSerializer<>(type) {
                    @Override
                    public void serialize(
                            T value, JsonGenerator generator, SerializationContext context) {
                        generator.writeString(write.apply(value));
                    }
                });
        module.addDeserializer(type, new TextDeserializer<>(type, read));
    }

    private static final class TextDeserializer<T> extends StdScalarDeserializer<T> {

        private final transient Function<String, T> read;

        TextDeserializer(Class<T> type, Function<String, T> read) {
            super(type);
            this.read = read;
        }

        @Override
        @SuppressWarnings("unchecked") // why: handledType() is the class given above
        public T deserialize(JsonParser parser, DeserializationContext context) {
            if (!parser.currentToken().isScalarValue()
                    || parser.currentToken().isNumeric()
                    || parser.currentToken().isBoolean()) {
                return (T) context.handleUnexpectedToken(getValueType(context), parser);
            }
            try {
                return read.apply(parser.getString());
            } catch (IllegalArgumentException refused) {
                return (T)
                        context.handleWeirdStringValue(
                                handledType(), parser.getString(), refused.getMessage());
            }
        }
    }
}
