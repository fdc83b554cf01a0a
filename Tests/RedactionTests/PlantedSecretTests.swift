import ContentCodings
import Redaction
import Testing
import Traffic

/// Secrets planted in more than a hundred kinds of places: nothing is left of any of them.
@Suite struct PlantedSecretTests {
    private static let key = Array("a key that only this test has".utf8)

    @Test(arguments: PlantedPlace.named)
    func namedPlacesKeepNothing(place: PlantedPlace) throws {
        var redactor = Redactor(policy: .default, key: Self.key)
        for secret in Self.secrets(place) {
            let exchange = place.plant(secret)
            try #require(Self.contents(exchange).contains { Self.holds($0, secret) }, "it is not even planted")
            Self.expectNothing(of: secret, in: redactor.redacted(exchange))
        }
    }

    @Test(arguments: PlantedPlace.unnamed)
    func valuesGivenBeforeAreFoundAnywhere(place: PlantedPlace) throws {
        var redactor = Redactor(policy: .default, key: Self.key)
        for secret in Self.secrets(place) {
            let escaped = secret.replacing("\"", with: "\\\"")
            _ = redactor.redacted(Recording.answer(#"{"access_token":"\#(escaped)"}"#))
            let exchange = place.plant(secret)
            try #require(Self.contents(exchange).contains { Self.holds($0, secret) }, "it is not even planted")
            Self.expectNothing(of: secret, in: redactor.redacted(exchange))
        }
    }

    /// A secret used before it is named is found by collecting first.
    @Test(arguments: PlantedPlace.unnamed)
    func collectedValuesAreFoundBeforeTheyAreGiven(place: PlantedPlace) {
        for secret in Self.secrets(place) {
            let escaped = secret.replacing("\"", with: "\\\"")
            var batch = ExchangeBatch()
            batch.append(place.plant(secret))
            batch.append(Recording.answer(#"{"access_token":"\#(escaped)"}"#))
            var redactor = Redactor(policy: .default, key: Self.key)
            redactor.collect(batch)
            var output = ExchangeBatch()
            redactor.redact(batch, into: &output)
            for index in output.records.indices { Self.expectNothing(of: secret, in: output.exchange(at: index)) }
        }
    }

    /// The lengths in heads are those of their bodies, and encoded bodies can still be decoded.
    @Test(arguments: PlantedPlace.named + PlantedPlace.unnamed)
    func messagesStayWhole(place: PlantedPlace) throws {
        var redactor = Redactor(policy: .default, key: Self.key)
        let before = place.plant(Self.secrets(place)[0])
        let after = redactor.redacted(before)
        for (old, new) in [(before.request, after.request), (before.response, after.response)] {
            let (old, new) = (try #require(old), try #require(new))
            let fields = Self.fields(new.head)
            if old.body.count == old.bodyBytes, let length = fields["content-length"] {
                #expect(UInt64(length) == new.bodyBytes && new.body.count == new.bodyBytes)
            }
            let coding = try ContentCoding(fieldValue: fields["content-encoding"])
            #expect(throws: Never.self) { try coding.decoded(new.body) }
            #expect(Self.fields(new.head).count == Self.fields(old.head).count)
        }
    }
}

extension PlantedSecretTests {
    /// Secrets of several kinds; those with special characters only if the place encodes them.
    private static func secrets(_ place: PlantedPlace) -> [String] {
        place.hasMarks
            ? ["Pl4nt\"ed&Sec<ret/17+x=", "k9/ä ö\"zz&81Qw=="]
            : [
                "Pl4ntedSecret0017xyzK", "7f3a9c1e5b2d4f6081a3c5e7", "plnt_9F8e7D6c5B4a3210",
                "pl4nted-v4lue.with_m4rks~",
            ]
    }

    private static func expectNothing(of secret: String, in exchange: Exchange) {
        for content in contents(exchange) {
            #expect(!holds(content, secret), "left: \(String(decoding: content, as: UTF8.self))")
        }
    }

    /// Everything that a reader of the exchange can see.
    private static func contents(_ exchange: Exchange) -> [[UInt8]] {
        [exchange.request, exchange.response].compactMap(\.self).flatMap { message -> [[UInt8]] in
            let coding = try? ContentCoding(fieldValue: fields(message.head)["content-encoding"])
            return [message.head, message.trailers, message.body, coding?.decodedPrefix(message.body).bytes ?? []]
        }
    }

    private static func fields(_ head: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        for line in String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard let colon = line.dropFirst().firstIndex(of: ":") else { continue }
            fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].drop { $0 == " " }.description
        }
        return fields
    }

    /// Whether `content` contains the secret in any encoding that a reader could decode.
    private static func holds(_ content: [UInt8], _ secret: String) -> Bool {
        let text = String(decoding: content, as: UTF8.self)
        let references = secret.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing(
            "<", with: "&lt;")
        var forms = [
            secret, percent(secret), percentAll(secret), jsonAll(secret), references,
            secret.replacing("\"", with: "\\\""), percent(secret).replacing("%20", with: "+"),
        ]
        for isURL in [false, true] {
            for alignment in 0..<3 {
                let coded = base64(String(repeating: "x", count: alignment) + secret, isURL: isURL).filter { $0 != "=" }
                // Without the characters at the edges, which contain bits of the surrounding bytes.
                forms.append(String(coded.dropFirst(alignment == 0 ? 0 : alignment + 1).dropLast(2)))
            }
        }
        return forms.contains { text.contains($0) }
    }

}
