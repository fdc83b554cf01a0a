import Capture
import Testing
import Traffic

/// Logs that begin in the middle of a capture.
@Suite struct RotationTests {
    @Test func connectionsAreIntroducedToEachLogUnderTheirNumbers() {
        var assembler = TrafficAssembler()
        var talk = Talk.opened()
        for number in 0..<3 {
            talk.client(get("/\(number)"))
            talk.server(ok())
        }
        var batches: [ExchangeBatch] = []
        for segment in talk.segments {
            assembler.process(segment, of: talk)
            guard !assembler.batch.records.isEmpty else { continue }
            batches.append(assembler.takeBatch())
            if batches.count == 2 { assembler.beginFile() }
        }
        #expect(batches.map { $0.connections.map(\.number) } == [[1], [], [1]])
        #expect(batches.flatMap { $0.records.map(\.connection) } == [1, 1, 1])
        #expect(Set(batches.flatMap { $0.records.map(\.session) }).count == 1)
    }
}
