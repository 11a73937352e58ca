package dev.kohakku.dispatcher.agent;

class InMemoryAgentRecordsTest extends AgentRecordsContract {

    private final InMemoryAgentRecords records = new InMemoryAgentRecords();

    @Override
    AgentRecords records() {
        return records;
    }
}
