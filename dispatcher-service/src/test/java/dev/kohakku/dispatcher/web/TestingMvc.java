package dev.kohakku.dispatcher.web;

import dev.kohakku.common.wire.WireJson;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import tools.jackson.databind.json.JsonMapper;

/** Endpoints without a server, with our problem documents and JSON. */
public final class TestingMvc {

    private TestingMvc() {}

    /**
     * These endpoints.
     *
     * @param advice goes before the one every endpoint has
     */
    public static MockMvc of(List<Object> advice, Object... endpoints) {
        var all = new ArrayList<>(advice);
        all.add(new ProblemAdvice());
        return MockMvcBuilders.standaloneSetup(endpoints)
                .setControllerAdvice(all.toArray())
                .setMessageConverters(new JacksonJsonHttpMessageConverter(json()))
                .build();
    }

    /** why the mixin: as in the running service, which shows a problem's errors at its top. */
    private static JsonMapper json() {
        return WireJson.configure(JsonMapper.builder())
                .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
                .build();
    }
}
