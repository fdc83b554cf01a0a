import Formats
import Testing

@Suite struct HeadFieldsTests {
    private static func fields(_ head: String) -> [String] {
        withBytes(of: head) { bytes in
            var fields = HeadFields(bytes)
            var found: [String] = []
            while let field = fields.next() {
                found.append("\(Array(bytes[field.name]).text)=\(Array(bytes[field.value]).text)")
            }
            return found
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: h\r\nA:b \r\n\r\n", ["Host=h", "A=b"], "HTTP/1"),
        (":method: GET\r\n:path: /\r\nhost: h\r\n\r\n", ["host=h"], "HTTP/2, without pseudo-header fields"),
        ("GET / HTTP/1.1\nA: 1\nB: 2\n\nC: 3\n", ["A=1", "B=2"], "bare line feeds, and a body"),
        ("GET / HTTP/1.1\r\nA: 1\r\n  2\r\nB: 3\r\n", ["A=1\r\n  2", "B=3"], "a folded line"),
        ("GET / HTTP/1.1\r\nnonsense\r\nA: 1", ["A=1"], "a line that is no field, cut off"),
        ("GET / HTTP/1.1\r\n : x\r\nA:\r\n", ["A="], "no name, no value"), ("", [], "nothing"),
        ("GET / HTTP/1.1", [], "no fields"),
    ])
    func fieldsAreFound(head: String, expected: [String], reason: String) {
        #expect(HeadFieldsTests.fields(head) == expected, "\(reason)")
    }

    @Test func namesAreComparedInEitherCase() {
        let isNamed = withBytes(of: "\r\nX-Token: 1") { bytes in
            var fields = HeadFields(bytes)
            return fields.next().map { field in
                [fields.isNamed(field, "x-token"), fields.isNamed(field, "X-TOKEN"), fields.isNamed(field, "x-toke")]
            }
        }
        #expect(isNamed == [true, true, false])
    }

    @Test(arguments: [
        (
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\n"
                + "Content-Disposition: form-data; name=f; filename=\"x\"\r\n\r\n2\n3\r\n--b--\r\n",
            ["a=1", "f*=2\n3"], "a field and a file"
        ),
        ("--b\r\n\r\n1\r\n--b--", ["=1"], "no head"),
        ("--b\r\nContent-Disposition: form-data; name=\"a\"", [], "cut off"),
        ("x", [], "no delimiter"), ("--", [], "an empty boundary"),
    ])
    func partsAreFound(body: String, expected: [String], reason: String) {
        let found = withBytes(of: body) { bytes in
            var parts = MultipartParts(bytes)
            var found: [String] = []
            while let part = parts.next() {
                let name = part.name.map { Array(bytes[$0]).text } ?? ""
                found.append("\(name)\(part.isFile ? "*" : "")=\(Array(bytes[part.content]).text)")
            }
            return found
        }
        #expect(found == expected, "\(reason)")
    }
}
