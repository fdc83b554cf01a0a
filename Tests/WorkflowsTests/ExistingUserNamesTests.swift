import Analysis
import Foundation
import Measurement
import Plan
import Testing

@testable import Workflows

@Suite("Names that are taken since an earlier run")
struct ExistingUserNamesTests {
    private func cause(_ endpoint: String, expected: Int?, received: Int?, count: Int = 3) -> FailureCauseSummary {
        FailureCauseSummary(
            endpoint: endpoint, expectedStatus: expected, receivedStatus: received, kind: .unexpectedStatus,
            count: count,
            firstSeconds: 0, lastSeconds: 1)
    }

    private func identity(_ endpoint: String, becomes: String?) throws -> PlanFindings.Identity {
        let json = #"{"endpoint":"\#(endpoint)","field":"username","names":3,"places":3}"#
        var identity = try JSONDecoder().decode(PlanFindings.Identity.self, from: Data(json.utf8))
        identity.becomes = becomes
        return identity
    }

    @Test(
        arguments: [
            ("POST /register", 201, 409, "user{clone}", true, "the usual answer"),
            ("POST /register", 200, 422, "user{clone}", true, "as validators say it"),
            ("POST /register", 201, 500, "user{clone}", false, "the service failed"),
            ("POST /register", 409, 409, "user{clone}", false, "it was refused in the recording too"),
            ("POST /orders", 201, 409, "user{clone}", false, "a request without a user name"),
            ("POST /register", 201, 409, "user{clone}-{now}", false, "the names are new in every run"),
            ("POST /register", 201, 409, nil, false, "names are sent as recorded"),
        ] as [(String, Int, Int, String?, Bool, String)])
    func advises(
        endpoint: String, expected: Int, received: Int, becomes: String?, isAdvised: Bool, reason: String
    ) throws {
        let advice = ExistingUserNames.advice(
            [cause(endpoint, expected: expected, received: received)],
            [try identity("POST /register", becomes: becomes)], advisor: Advisor { _ in "--identity" })
        #expect((advice != nil) == isAdvised, "\(reason): \(advice ?? "none")")
        if let advice { #expect(advice.contains("\(received) to 3 requests") && advice.contains("--identity")) }
    }
}
