import Capture
import Testing
import Traffic

/// TLS connections without secrets: counted, and named by the server name that their clients requested.
@Suite struct OpaqueServerTests {
    /// A ClientHello (RFC 8446 section 4.1.2) that requests the server `name`, in a record.
    private static func hello(_ name: String?) -> [UInt8] {
        var extensions: [UInt8] = []
        if let name {
            let entry = [0] + Wire.u16(UInt16(name.utf8.count)) + Array(name.utf8)
            let list = Wire.u16(UInt16(entry.count)) + entry
            extensions = Wire.u16(0) + Wire.u16(UInt16(list.count)) + list
        }
        let body =
            [3, 3] + [UInt8](repeating: 7, count: 32) + [0] + Wire.u16(2) + [0x13, 1] + [1, 0]
            + Wire.u16(UInt16(extensions.count)) + extensions
        let message = [1, 0] + Wire.u16(UInt16(body.count)) + body
        return [22, 3, 1] + Wire.u16(UInt16(message.count)) + message
    }

    private static func talk(_ port: UInt16, _ name: String?) -> Talk {
        var talk = Talk.opened(clientPort: port)
        talk.client(hello(name))
        talk.server([21, 3, 3, 0, 2, 2, 40])
        talk.close()
        return talk
    }

    @Test func areNamedInTheBatch() {
        var assembler = TrafficAssembler()
        let talks = [
            Self.talk(1, "a.example"), Self.talk(2, "b.example"), Self.talk(3, "a.example"), Self.talk(4, nil),
        ]
        for talk in talks {
            for segment in talk.segments { assembler.process(segment, of: talk) }
        }
        assembler.finish()
        let batch = assembler.takeBatch()
        #expect(
            batch.opaqueServers.sorted { $0.name < $1.name } == [
                OpaqueServer(name: "", connections: 1), OpaqueServer(name: "a.example", connections: 2),
                OpaqueServer(name: "b.example", connections: 1),
            ])
        #expect(assembler.totals.losses.opaqueConnections == 4)
        #expect(assembler.opaqueServers.names == ["a.example", "b.example"])
    }
}
