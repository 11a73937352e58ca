package dev.kohakku.dispatcher.backend.process;

import dev.kohakku.dispatcher.backend.ContainerLogsContract;

class ProcessLogsIT extends ContainerLogsContract {

    ProcessLogsIT() {
        super(new ProcessesUnderTest());
    }
}
