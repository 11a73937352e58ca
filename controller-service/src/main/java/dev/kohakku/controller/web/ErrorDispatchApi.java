package dev.kohakku.controller.web;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers what the server itself refused, such as a path with forbidden characters. */
@Hidden
@RestController
class ErrorDispatchApi implements ErrorController {

    private final ProblemWriter problems;

    ErrorDispatchApi(ProblemWriter problems) {
        this.problems = problems;
    }

    @RequestMapping("${spring.web.error.path:${error.path:/error}}")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown) {
            problems.write(response, CommonProblems.of(named(thrown), request));
            return;
        }
        var status =
                request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                        ? code
                        : 404;
        problems.write(
                response,
                CommonProblems.plain(
                        HttpStatusCode.valueOf(status), "The server refused this request."));
    }

    /** Tomcat remembers its own failure to read a body, bare, before anybody can wrap it. */
    private static Throwable named(Throwable thrown) {
        return switch (thrown) {
            case SocketTimeoutException slow -> new BodyReadException(slow);
            case EOFException cut -> new BodyReadException(cut);
            case Throwable other -> other;
        };
    }
}
