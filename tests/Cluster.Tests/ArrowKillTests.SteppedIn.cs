using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Webrana.Chaos.Cluster;
using Webrana.Chaos.Driver;
using Webrana.Client;
using Webrana.Testing;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;
using Webrana.Wire.Limits;

namespace Webrana.Cluster.Tests;

public sealed partial class ArrowKillTests
{
    /// <summary>
    /// Orders into which somebody steps (their customer, the desk, a limit), and a server whose droplet is deleted behind our back. Who waits at the
    /// provider waits here at its permit: its own loop stands still there, so that nothing carries it past the arrow before the silos die.
    /// </summary>
    sealed class SteppedIn
    {
        readonly ChaosCluster _cluster;
        readonly Load _load;
        readonly AdminClient _desk;
        readonly Person _owner, _waiting, _limited;
        readonly string _lost;
        readonly Func<Person, string, Task<OrderAccepted?>> _order;
        readonly DeskActRequest _why = new("Penyedia tidak menjawab");
        readonly List<Task> _answers = [];
        string _cancelled = "", _given = "", _pushed = "";

        /// <param name="lost">A running server that will be lost.</param>
        /// <param name="waiting">Whose orders wait; they have no others.</param>
        /// <param name="limited">Whose orders are turned away; they have no others.</param>
        public SteppedIn(
            ChaosCluster cluster, Load load, (Person Owner, string Server) lost, Person waiting, Person limited, Func<Person, string, Task<OrderAccepted?>> order)
        {
            (_cluster, _load, _owner, _lost, _waiting, _limited, _order) = (cluster, load, lost.Owner, lost.Server, waiting, limited, order);
            _desk = load.Client.As(new SignInAgain(load.Client, cluster.Secrets.AdminEmail, cluster.Secrets.AdminPassword)).Admin;
        }

        static CancellationToken Cancellation => TestContext.Current.CancellationToken;

        /// <summary>All of them to their arrows, one after the other. Nothing else is on its way meanwhile: the provider's list of everything fails for a moment.</summary>
        public async Task BeginAsync()
        {
            (_cancelled, _given, _pushed) = (await AtItsPermitAsync("batal"), await AtItsPermitAsync("serah"), await AtItsPermitAsync("dorong"));
            // Longer than a build ever should take, and not as long as an order has.
            await _cluster.TurnAsync("PT11M", Cancellation);
            await Eventually.Async(
                async () => await _desk.StuckOrdersAsync(OrderTrouble.Late, cancellationToken: Cancellation) is { IsOk: true, Value: { } late }
                    && new[] { _given, _pushed }.All(id => late.Items.Any(order => order.OrderId == id)),
                Patience, "both orders are late", Cancellation);
            await DeleteBehindOurBackAsync();
            foreach (var arrow in SteppedInto)
            {
                await StandsAtAsync(_cluster, arrow, () => _answers.Add(StepInAsync(arrow)));
                if (arrow == MetALoss)
                    await ClearFaultsAsync();
            }
        }

        /// <summary>Asked when all stand: nothing went on behind its arrow.</summary>
        public async Task StandStillAsync()
        {
            Assert.Equal((3L, 0L, 0L), await BookedAsync(_waiting));
            // One stands before its release, one behind it.
            Assert.Equal((2L, 1L, 0L), await BookedAsync(_limited));
            Assert.Equal(0L, await RefundsAsync());
        }

        /// <summary>What each came to, once it was answered. Who is looked at need not wait for a sweeper to go on.</summary>
        public async Task HaveEndedAsync()
        {
            await Task.WhenAll(_answers);
            Assert.Equal((InstanceStatus.Failed, "cancelled"), await FailureAsync(_cancelled));
            Assert.Equal((InstanceStatus.Failed, "given_up"), await FailureAsync(_given));
            await Eventually.Async(
                async () => (await ReadAsync(_waiting, _pushed)).Status, status => status == InstanceStatus.Running, Patience, "the order that was pushed on runs", Cancellation);
            await Eventually.Async(
                () => BookedAsync(_waiting), booked => booked == (3, 2, 1), Patience, "what was held is given back twice and taken once", Cancellation);
            await Eventually.Async(
                () => CountAsync($"notices where notice_id in ('droplet:{_cancelled}:cancelled', 'droplet:{_given}:failed')"), told => told == 2, Patience,
                "both are told of", Cancellation);

            // An order that is turned away and asked for again may have a hold of its own each time; each goes back once, and none is taken.
            var (holds, _, _) = await Eventually.Async(
                () => BookedAsync(_limited), booked => booked.Holds == booked.Releases && booked.Captures == 0, Patience, "what was held is given back", Cancellation);
            Assert.True(holds >= 2, $"{holds} holds");
            Assert.Equal(0L, await CountAsync($"server_places where owner = '{_limited.UserId}'"));
            Assert.Equal(0L, await CountAsync($"wallets where wallet_id in ('{_waiting.UserId}', '{_limited.UserId}') and held <> 0"));

            var lost = await ReadAsync(_owner, _lost);
            Assert.Equal((InstanceStatus.Lost, null), (lost.Status, lost.NextRenewalAt));
            // Nothing of it is due any more: neither work nor money.
            await Eventually.Async(
                () => CountAsync($"grain_state where state = 'droplet' and key = 'droplet:{_lost}' and due_at is null"), over => over == 1, Patience, "the loss is settled", Cancellation);
            Assert.Equal(1L, await RefundsAsync());
        }

        Task StepInAsync(string arrow) => arrow switch
        {
            MetALoss => _load.Insist.AsyncOf(
                new Intent { Id = _load.Log.NextId(), Kind = "action", UserId = _owner.UserId, Subject = _lost, Code = "reboot" },
                key => _owner.Session.RebootAsync(_lost, key), made => made.ActionId, Cancellation),
            "order.cancelled" => _load.Insist.AsyncOf(
                new Intent { Id = _load.Log.NextId(), Kind = "cancel", UserId = _waiting.UserId, Subject = _cancelled },
                key => _waiting.Session.CancelOrderAsync(_cancelled, key), made => made.Id, Cancellation),
            "order.given_up" => PressedAsync(key => _desk.FailStuckOrderAsync(_given, _why, key, Cancellation)),
            "order.pushed" => PressedAsync(key => _desk.RetryStuckOrderAsync(_pushed, _why, key, Cancellation)),
            "order.turned_away" => TurnedAwayAsync("penuh-0"),
            "order.turned_away_released" => TurnedAwayAsync("penuh-1"),
            _ => throw new ArgumentOutOfRangeException(nameof(arrow), arrow, "Nobody steps in there."),
        };

        /// <summary>An order whose money is held and which the provider was certainly not given.</summary>
        async Task<string> AtItsPermitAsync(string name)
        {
            Task<OrderAccepted?>? ordering = null;
            await StandsAtAsync(_cluster, "order.permitted", () => ordering = _order(_waiting, name));
            return Assert.IsType<OrderAccepted>(await ordering!).InstanceId;
        }

        /// <summary>Judged while there was room, and turned away behind its hold: as if another order had taken the last place in between.</summary>
        async Task<OrderAccepted?> TurnedAwayAsync(string name)
        {
            await LimitAsync(servers: null);
            Task<OrderAccepted?> ordering;
            await using (var rival = await _cluster.Database.Asking.OpenConnectionAsync(Cancellation))
            await using (var claim = await rival.BeginTransactionAsync(Cancellation))
            {
                // A claim of its name that is neither kept nor given back yet holds it up where it is judged already, and holds up nobody else.
                await using (var claiming = new NpgsqlCommand("insert into server_names (owner, name, instance) values ($1, $2, gen_random_uuid())", rival, claim)
                {
                    Parameters = { new() { Value = Guid.Parse(_limited.UserId) }, new() { Value = name } },
                })
                {
                    await claiming.ExecuteNonQueryAsync(Cancellation);
                }

                ordering = _order(_limited, name);
                await Eventually.Async(
                    () => CountAsync($"grain_state where state = 'droplet' and payload->>'phase' = 'Ordering' and payload#>>'{{order,name}}' = '{name}'"),
                    there => there == 1, Patience, $"{name} is judged", Cancellation);
                await LimitAsync(servers: 0);
                await claim.RollbackAsync(Cancellation);
            }

            return await ordering;
        }

        async Task LimitAsync(int? servers)
        {
            var once = IdempotencyKey.New();
            await Person.MustAsync(
                () => _desk.SetLimitsAsync(_limited.UserId, new SetLimitsRequest("Uji batas", servers), once, Cancellation), "limits", Cancellation);
        }

        /// <summary>The desk presses until it is answered: asked again behind the crash, it hears what it would have heard.</summary>
        static async Task<ApiResult<T>> PressedAsync<T>(Func<IdempotencyKey, Task<ApiResult<T>>> press)
        {
            var once = IdempotencyKey.New();
            return await Eventually.Async(
                () => press(once), answer => answer.IsOk, 2 * Patience, "the desk is answered", Cancellation);
        }

        /// <summary>No list shows it, so that the account's sweep cannot meet the loss before the action does; a droplet by itself is still read.</summary>
        async Task DeleteBehindOurBackAsync()
        {
            var droplet = await _cluster.Database.ScalarAsync<long>(
                $"select (payload#>>'{{droplet,id}}')::bigint from grain_state where state = 'droplet' and key = 'droplet:{_lost}'", Cancellation);
            await _cluster.SwitchAsync(
                _cluster.DigitalOcean, "/_sandbox/faults", new { kind = "status_500", method = "GET", path = "/v2/droplets", query = "!tag_name", count = -1 }, Cancellation);
            using (var delete = new HttpRequestMessage(HttpMethod.Delete, new Uri(_cluster.DigitalOcean, $"/v2/droplets/{droplet}")))
            {
                delete.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _cluster.Secrets.DigitalOceanToken);
                using var deleted = await _cluster.Http.SendAsync(delete, Cancellation);
                deleted.EnsureSuccessStatusCode();
            }

            await Eventually.Async(
                async () => (await _cluster.Http.GetFromJsonAsync<JsonElement>(new Uri(_cluster.DigitalOcean, "/_sandbox/droplets"), Cancellation))
                    .EnumerateArray().Any(entry => entry.GetProperty("droplet").GetProperty("id").GetInt64() == droplet),
                there => !there, Patience, "the droplet is gone at the provider", Cancellation);
        }

        async Task ClearFaultsAsync()
        {
            using var cleared = await _cluster.Http.DeleteAsync(new Uri(_cluster.DigitalOcean, "/_sandbox/faults"), Cancellation);
            cleared.EnsureSuccessStatusCode();
        }

        async Task<(InstanceStatus Status, string? Why)> FailureAsync(string order)
        {
            var server = await ReadAsync(_waiting, order);
            return (server.Status, server.FailureReason);
        }

        /// <summary>What was done with money held for orders.</summary>
        async Task<(long Holds, long Releases, long Captures)> BookedAsync(Person person) =>
            (await BookedAsync(person, "hold"), await BookedAsync(person, "release"), await BookedAsync(person, "capture"));

        Task<long> BookedAsync(Person person, string what) =>
            CountAsync($"wallet_transactions where wallet_id = '{person.UserId}' and operation_id like 'order:%:{what}'");

        Task<long> RefundsAsync() => CountAsync($"wallet_transactions where reference_type = 'REFUND' and reference_id = '{_lost}'");

        Task<long> CountAsync(string what) => _cluster.Database.ScalarAsync<long>($"select count(*) from {what}", Cancellation);
    }
}
