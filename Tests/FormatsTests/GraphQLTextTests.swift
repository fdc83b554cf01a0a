import Formats
import Testing

@Suite struct GraphQLTextTests {
    private static func arguments(_ document: String) -> [String] {
        Array(document.utf8).withUnsafeBufferPointer { text in
            func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
            var found: [String] = []
            var arguments = GraphQLText(text)
            while let argument = arguments.next() {
                let mark = argument.isString ? "'" : ""
                found.append(
                    "\(string(argument.field)).\(string(argument.name))=\(mark)\(string(argument.value))\(mark)")
            }
            return found
        }
    }

    @Test(arguments: [
        ("{ msg(id: 17) { text } }", ["msg.id=17"], "a number in a document without the word query"),
        (
            #"mutation {editComment(id:"2",text:"a, b"){id}}"#, ["editComment.id='2'", "editComment.text='a, b'"],
            "strings"
        ),
        (
            #"{ items(ids: ["a", "b"], first: -3) { id } }"#, ["items.ids='a'", "items.ids='b'", "items.first=-3"],
            "lists"
        ),
        (
            #"mutation { add(input: {name: "x", owner: {id: "7"}}, dry: true) { id } }"#,
            ["add.name='x'", "add.id='7'"], "objects, and flags that are no values"
        ),
        (
            "query Q($id: ID! = \"d\") { a: one(id: $id) @include(if: true) { b(n: 1.5e3) } }",
            ["b.n=1.5e3"], "variables, aliases and directives"
        ),
        ("{ a(t: \"\"\"x \"y\" z\"\"\") }", ["a.t='x \"y\" z'"], "a block string"),
        (#"{ a(t: "x\"y") # b(c: 1)"#, [#"a.t='x\"y'"#], "escapes and comments"),
        (#"{ a(t: "open"#, ["a.t='open'"], "a string without an end"), ("", [], "nothing"),
    ])
    func argumentsAreRead(document: String, expected: [String], reason: String) {
        #expect(GraphQLTextTests.arguments(document) == expected, "\(reason)")
    }

    @Test(
        arguments: [
            ("mutation E($id:ID!){editComment(id:$id){id}}", "editComment"), ("{ todos { id } }", "todos"),
            ("query { first: users(n: 1) { id } }", "users"), (#"{"a": 1}"#, nil), ("queryx { a }", nil),
            ("plain", nil),
            ("{}", nil), ("[1]", nil),
        ] as [(String, String?)])
    func theOperationIsItsFirstField(document: String, expected: String?) {
        let found = Array(document.utf8).withUnsafeBufferPointer { text in
            GraphQLText.operation(of: text).map { String(decoding: text[$0], as: UTF8.self) }
        }
        #expect(found == expected)
    }
}
