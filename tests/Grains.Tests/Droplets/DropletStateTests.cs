using System.Reflection;
using System.Text.Json;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Hosting;
using Webrana.Domain.Droplets;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>What is stored must stay readable: a renamed property or enum member would lose it in silence.</summary>
public sealed class DropletStateTests
{
    // Schema 1, as written by the first release. Never edit: add a file per schema.
    const string Golden = """
        {
          "schemaVersion": 1, "phase": "Suspended", "name": "web-01", "hold": "Captured", "lastActionId": 3041720329, "powerWish": "Off",
          "order": {
            "owner": "0b4e6b0e-6f0e-4b8e-8a59-0a8f6a3c8f11", "planId": "basic-1", "priceVersion": 2, "priceIdr": 129000, "size": "s-1vcpu-1gb",
            "vcpus": 1, "memoryMb": 1024, "diskGb": 25, "transferTb": 1, "region": "sgp1", "image": "ubuntu-24-04-x64", "name": "web-01",
            "period": "Monthly", "autoRenew": true, "actor": "user:1", "accountId": "primary", "sshKeyIds": [], "createdAt": 1000, "status": "Active"
          },
          "creation": { "attempts": 1, "quietAtReal": 5, "doubt": true, "deadline": 6, "errored": false, "readyAt": 1500, "swept": false },
          "droplet": { "id": 551384349, "createdAt": 1400, "createActionId": 3041720300, "ipv4": "203.0.113.7", "deleteAccepted": false, "gone": false },
          "extras": [7], "subscription": { "anchorAt": 1500, "anchorPeriod": 1, "paidPeriod": 1, "autoRenew": true, "triedAt": 9, "suspendedAt": 10 },
          "renewing": { "period": 2, "startedAt": 8 },
          "action": { "id": "a", "kind": "PowerOff", "actor": "system", "startedAt": 11, "stage": "Running", "attempts": 1, "quietAtReal": 12, "providerId": 13, "succeeded": false },
          "recent": [{ "id": "b", "kind": "Reboot", "status": "Completed", "startedAt": 3, "completedAt": 4, "actor": "user:1" }],
          "outbox": [{ "seq": 5, "mail": { "id": "m", "template": "ServerReady", "values": { "ip": "203.0.113.7" } } }], "outboxSeq": 5,
          "namesDirty": true, "workAt": 20, "billingAt": 30, "nextRenewalAt": 40,
          "list": { "owner": "ignored", "status": "ignored", "dueAt": 1, "sortAt": 1 }
        }
        """;

    static readonly JsonSerializerOptions Json = Options();

    static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions { IncludeFields = true };
        StorageJson.Configure(options);
        return options;
    }

    [Fact]
    public void The_first_releases_record_is_read_in_full()
    {
        var state = JsonSerializer.Deserialize<DropletState>(Golden, Json)!;
        Assert.Equal((InstancePhase.Suspended, HoldState.Captured, PowerWish.Off), (state.Phase, state.Hold, state.PowerWish));
        Assert.Equal((129_000, BillingPeriod.Monthly, OrderStatus.Active), (state.Order!.PriceIdr, state.Order.Period, state.Order.Status));
        Assert.Equal((551384349, "203.0.113.7"), (state.Droplet!.Id, state.Droplet.Ipv4));
        Assert.Equal((ActionStage.Running, 13), (state.Action!.Stage, state.Action.ProviderId));
        Assert.Equal((2, 8), (state.Renewing!.Period, state.Renewing.StartedAt));
        Assert.Equal([new ExtraPart(7, CreatedAt: 0)], state.Extras);
        Assert.Equal(20, state.List.DueAt);
        Assert.Equal("SUSPENDED", state.List.Status);

        var again = JsonSerializer.Deserialize<DropletState>(JsonSerializer.Serialize(state, Json), Json)!;
        Assert.Equal(JsonSerializer.Serialize(state, Json), JsonSerializer.Serialize(again, Json));
        Assert.True(JsonSerializer.SerializeToUtf8Bytes(state, Json).Length < 2_500);
    }

    [Fact]
    public void An_extra_keeps_its_creation_time_and_one_without_is_written_as_it_was()
    {
        var state = new DropletState().WithExtras([new ExtraPart(7, 0), new ExtraPart(8, 1_400), new ExtraPart(9, 1_500), new ExtraPart(8, 1_600)]).LeavingExtra(9);
        var written = JsonSerializer.Serialize(state, Json);
        Assert.Contains("""
            "extras":[7,{"id":8,"createdAt":1400,"left":false},{"id":9,"createdAt":1500,"left":true}]
            """, written, StringComparison.Ordinal);
        var again = JsonSerializer.Deserialize<DropletState>(written, Json)!;
        Assert.Equal(state.Extras, again.Extras);
        Assert.Null(again.WithoutExtra(7).WithoutExtra(8).NextExtra);
    }

    [Fact]
    public void Tries_at_a_power_state_that_is_owed_are_read_again_and_none_leave_no_trace()
    {
        var owing = new DropletState { PowerTries = new PowerTriesPart(3, 1_400), Action = new ActionPart { Id = "suspend-1-1500", Quiet = true } };
        var again = JsonSerializer.Deserialize<DropletState>(JsonSerializer.Serialize(owing, Json), Json)!;
        Assert.Equal((new PowerTriesPart(3, 1_400), true), (again.PowerTries, again.Action!.Quiet));
        Assert.DoesNotContain("powerTries", JsonSerializer.Serialize(new DropletState(), Json), StringComparison.Ordinal);
        Assert.Null(JsonSerializer.Deserialize<DropletState>(Golden, Json)!.PowerTries);
    }

    [Fact]
    public void The_desks_last_eight_presses_are_kept_each_once_and_read_again()
    {
        var state = Enumerable.Range(1, 9).Aggregate(new DropletState(), (acted, n) => acted.Acted($"press-{n}").Acted($"press-{n}")).Acted(null);
        var again = JsonSerializer.Deserialize<DropletState>(JsonSerializer.Serialize(state, Json), Json)!;
        Assert.Equal(Enumerable.Range(2, 8).Select(n => $"press-{n}"), again.DeskActs);
        Assert.Equal((false, true, true, false), (again.WasActed("press-1"), again.WasActed("press-2"), again.WasActed("press-9"), again.WasActed(null)));
    }

    [Fact]
    public void A_server_that_was_never_ordered_is_in_nobodys_list()
    {
        Assert.Equal(new ListEntry(null, null, null, null), new DropletState().List);
        var ordering = new DropletState { Phase = InstancePhase.Ordering, Order = new OrderPart(), WorkAt = 5 };
        Assert.Equal(new ListEntry(null, null, 5, null), ordering.List);
    }

    [Fact]
    public void Every_persisted_state_has_a_storage_name_of_its_own_and_an_explicit_grain_type()
    {
        var grains = typeof(DropletGrain).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Grain)) && !type.IsAbstract).ToList();
        Assert.All(grains, grain => Assert.NotNull(grain.GetCustomAttribute<GrainTypeAttribute>()));
        var names = grains.SelectMany(grain => grain.GetConstructors().Single().GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()?.StateName).OfType<string>().ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Subset(typeof(StateNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToHashSet(), names.ToHashSet());
    }
}
