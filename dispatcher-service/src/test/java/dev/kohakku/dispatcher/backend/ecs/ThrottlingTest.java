package dev.kohakku.dispatcher.backend.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

class ThrottlingTest {

    private static AwsServiceException answer(int status, String code, String message) {
        return AwsServiceException.builder()
                .statusCode(status)
                .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
                .build();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | ThrottlingException | Rate exceeded",
                "400 | Throttling | slow down",
                "400 | RequestLimitExceeded | Request limit exceeded.",
                "400 | TooManyRequestsException | whatever",
                "429 | SomethingElse | whatever",
                "503 | Throttling | slow down",
                "503 | SlowDown | Please reduce your request rate.",
                "503 | RequestLimitExceeded | Request limit exceeded.",
                "503 | ServiceUnavailable | Rate exceeded",
                "500 | ServerException | Rate exceeded",
                "400 | ClientException | Rate exceeded (Service: Eni; Status Code: 400)",
                "400 | InvalidParameterException | Error retrieving security group information for [sg-1]: Request limit exceeded. (ErrorCode: RequestLimitExceeded)",
                "400 | ClientException | ECS was unable to assume the role: ThrottlingException",
            })
    void aThrottleIsKnownInEveryDisguise(int status, String code, String message) {
        assertThat(Throttling.is(answer(status, code, message))).isTrue();
    }

    @Test
    void aThrottleIsKnownAsTheCauseOfAnotherError() {
        var throttle = answer(400, "ThrottlingException", "Rate exceeded");
        assertThat(Throttling.is(new CompletionException(new IllegalStateException(throttle))))
                .isTrue();
        assertThat(Throttling.is(SdkClientException.create("failed", throttle))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | AccessDeniedException | User is not authorized to perform ecs:RunTask",
                "400 | ClusterNotFoundException | Cluster not found.",
                "400 | LimitExceededException | You've reached the limit on the number of tasks",
                "500 | ServerException | Service Unavailable. Please try again later.",
                "503 | ServiceUnavailable | try later",
                "503 | Other | whatever",
                "400 | ClientException | TaskDefinition is inactive",
            })
    void anythingElseIsNone(int status, String code, String message) {
        assertThat(Throttling.is(answer(status, code, message))).isFalse();
    }

    @Test
    void aChainOfCausesThatBitesItsTailEndsTheSearch() {
        var one = new IllegalStateException("one");
        var other = new IllegalStateException("other", one);
        one.initCause(other);
        assertThat(Throttling.is(one)).isFalse();
    }
}
