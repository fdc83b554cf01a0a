import HTTPTypes
import Testing

@testable import SampleAPI

@Suite struct ItemTests {
    @Test func aPostedItemIsFetchedAndListed() async throws {
        let under = await ServiceUnderTest()
        let token = try await under.logIn().accessToken
        let name = #"a "quoted" \ name, ünïcode 🦊"#
        let json = #"{"name":"a \"quoted\" \\ name, ünïcode 🦊","quantity":7}"#
        let posted = try await under.send(.post, "/api/v1/items", token: token, json: json)
        let item = try posted.decoded(as: ItemAnswer.self)
        #expect(item == ItemAnswer(id: item.id, name: name, quantity: 7))
        #expect(posted.headers[.location] == "/api/v1/items/\(item.id)")
        let fetched = try await under.send(.get, "/api/v1/items/\(item.id)", token: token)
        #expect(try fetched.decoded(as: ItemAnswer.self) == item)
        let bob = try await under.logIn("bob").accessToken
        let listed = try await under.send(.get, "/api/v1/items?limit=1", token: bob).decoded(as: PageAnswer.self)
        #expect(listed.items == [item])
        #expect(try await under.metric("sample_api_items_created_total") == 1)
    }

    @Test func pagesCoverTheListOnce() async throws {
        let under = await ServiceUnderTest()
        let token = try await under.logIn().accessToken
        for number in 0..<5 {
            _ = try await under.send(.post, "/api/v1/items", token: token, json: #"{"name":"item \#(number)"}"#)
        }
        var ids: [String] = []
        var offset: Int? = 0
        while let next = offset {
            let answer = try await under.send(.get, "/api/v1/items?limit=40&offset=\(next)", token: token)
            let page = try answer.decoded(as: PageAnswer.self)
            #expect(page.total == 105)
            #expect(page.limit == 40)
            #expect(page.offset == next)
            ids += page.items.map(\.id)
            offset = page.nextOffset
        }
        #expect(ids.count == 105)
        #expect(Set(ids).count == 105)
    }

    @Test func pastTheEndThereIsAnEmptyPage() async throws {
        let under = await ServiceUnderTest()
        let token = try await under.logIn().accessToken
        let answer = try await under.send(.get, "/api/v1/items?offset=2000000000", token: token)
        let page = try answer.decoded(as: PageAnswer.self)
        #expect(page.items.isEmpty)
        #expect(page.nextOffset == nil)
    }

    @Test func theOldestItemMakesRoom() async throws {
        let under = await ServiceUnderTest { $0.maximumItems = 100 }
        let token = try await under.logIn().accessToken
        let last = try await under.send(.get, "/api/v1/items?limit=1&offset=99", token: token)
        let oldest = try #require(try last.decoded(as: PageAnswer.self).items.first)
        _ = try await under.send(.post, "/api/v1/items", token: token, json: #"{"name":"one more"}"#)
        #expect(try await under.send(.get, "/api/v1/items/\(oldest.id)", token: token).status == 404)
        #expect(try await under.metric("sample_api_items") == 100)
    }

    @Test func aRestartGivesOtherIDs() async throws {
        var firstIDs: [String] = []
        for _ in 0..<2 {
            let under = await ServiceUnderTest()
            let token = try await under.logIn().accessToken
            let page = try await under.send(.get, "/api/v1/items?limit=1", token: token).decoded(as: PageAnswer.self)
            firstIDs += page.items.map(\.id)
        }
        #expect(Set(firstIDs).count == 2)
    }

    @Test(arguments: [
        (String(repeating: "x", count: 100), true), (String(repeating: "x", count: 101), false),
        (String(repeating: "ü", count: 50), true), (String(repeating: "ü", count: 51), false), ("", false),
        ("line\nbreak", false),
    ])
    func namesAreBounded(_ name: String, _ isGood: Bool) {
        let item = Item(name: name, quantity: 1, createdAt: 0)
        #expect((item != nil) == isGood)
        if isGood { #expect(item?.name == name) }
    }
}
