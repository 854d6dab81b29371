using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Droplets;
using Webrana.Domain.Droplets;
using Webrana.Grains.Consoles;
using Webrana.Grains.Droplets;

namespace Webrana.Grains.Tests.Consoles;

public sealed class ConsoleChangesTests
{
    const long Real = 1_000_000;
    const long Now = 5_000_000;

    static readonly DropletState Running = new() { Phase = InstancePhase.Running, Droplet = new ProviderPart(7, 1, null) };

    static ConsolePart Slot(string session, long leaseUntilReal = Real + 150_000) =>
        new() { Session = session, Kind = ConsoleKind.Vnc, Actor = "user:1", OpenedAt = Now, LeaseUntilReal = leaseUntilReal };

    [Fact]
    public void Two_may_be_open_and_a_third_not_until_one_ends_or_its_lease_does()
    {
        var two = Running.ConsoleTaken(Slot("a"), Real)!.ConsoleTaken(Slot("b"), Real)!;
        Assert.Null(two.ConsoleTaken(Slot("c"), Real));
        Assert.Null(two.ConsoleTaken(Slot("a"), Real));
        Assert.NotNull(two.ConsoleEnded(new EndConsole("a", 1, 2, 3), Now)!.ConsoleTaken(Slot("c"), Real));
        var later = Real + 150_000;
        Assert.NotNull(two.ConsolesLapsed(later, Now)!.ConsoleTaken(Slot("c", later + 1), later));
        Assert.Null(two.ConsolesLapsed(later - 1, Now));
    }

    [Fact]
    public void A_line_is_begun_when_a_console_opens_and_completed_once_with_how_long_and_how_much()
    {
        var open = Running.ConsoleTaken(Slot("a"), Real)!;
        Assert.Equal((ActivityStatus.InProgress, ActionKind.Console, "VNC"), (open.Outbox[^1].Activity!.Status, open.Outbox[^1].Activity!.Kind, open.Outbox[^1].Activity!.Message));
        var ended = open.ConsoleEnded(new EndConsole("a", 3_725_000, 20, 1_000_000), Now + 5)!;
        var line = ended.Outbox[^1].Activity!;
        Assert.Equal(("console-a", ActivityStatus.Completed, (long?)(Now + 5)), (line.Id, line.Status, line.CompletedAt));
        Assert.Equal("VNC · 01:02:05 · ↑ 20 B · ↓ 1000000 B", line.Message);
        Assert.Null(ended.ConsoleEnded(new EndConsole("a", 1, 1, 1), Now));
    }

    [Theory]
    [InlineData(InstancePhase.Off)]
    [InlineData(InstancePhase.Suspended)]
    [InlineData(InstancePhase.Terminating)]
    [InlineData(InstancePhase.Lost)]
    public void What_does_not_run_has_no_console_and_keeps_none(InstancePhase phase)
    {
        var open = Running.ConsoleTaken(Slot("a"), Real)!;
        var after = open with { Phase = phase };
        Assert.False(after.AllowsConsole());
        Assert.Null(after.ConsoleTaken(Slot("b"), Real));
        Assert.Null(after.ConsoleRenewed("a", Real + 1));
        // Its end is still told.
        Assert.NotNull(after.ConsoleEnded(new EndConsole("a", 1, 1, 1), Now));
    }

    [Fact]
    public void A_console_does_not_outlive_a_change_of_hands()
    {
        var (seller, buyer) = (Guid.NewGuid(), Guid.NewGuid());
        var open = (Running with { Order = new OrderPart { Owner = seller } }).ConsoleTaken(Slot("a") with { Owner = seller }, Real)!;
        Assert.NotNull(open.ConsoleRenewed("a", Real + 9));
        var sold = open with { Order = open.Order! with { Owner = buyer } };
        Assert.Null(sold.ConsoleRenewed("a", Real + 9));
        Assert.NotNull(sold.ConsoleEnded(new EndConsole("a", 1, 1, 1), Now));
    }

    [Theory]
    [InlineData(ActionKind.PowerOff, false)]
    [InlineData(ActionKind.Shutdown, false)]
    [InlineData(ActionKind.Rebuild, false)]
    [InlineData(ActionKind.RestoreSnapshot, false)]
    [InlineData(ActionKind.Reboot, true)]
    [InlineData(ActionKind.ResetPassword, true)]
    public void An_action_that_switches_off_or_wipes_ends_consoles_and_a_reboot_does_not(ActionKind kind, bool allowed) =>
        Assert.Equal(allowed, Running.Acting("act", kind, "user:1", Now).AllowsConsole());

    [Fact]
    public void A_revoked_one_is_not_renewed_and_is_work_until_it_ends()
    {
        var open = Running.ConsoleTaken(Slot("a"), Real)!;
        Assert.True(open.HasWork());
        Assert.Equal(Real + 9, open.ConsoleRenewed("a", Real + 9)!.Consoles[0].LeaseUntilReal);
        Assert.Null(open.ConsoleRenewed("other", Real + 9));
        var revoked = open.ConsolesRevoked()!;
        Assert.Null(revoked.ConsoleRenewed("a", Real + 9));
        Assert.Null(revoked.ConsolesRevoked());
    }

    [Fact]
    public void A_ticket_admits_exactly_what_it_was_issued_for()
    {
        var at = DateTimeOffset.UnixEpoch;
        var (instance, user) = (new InstanceId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        var ticket = new ConsoleTicket(instance, user, "user:1", ConsoleKind.Vnc, [1, 2, 3], at.AddSeconds(60));
        var presented = new RedeemConsole(instance, user, ConsoleKind.Vnc, [1, 2, 3]);
        Assert.True(ticket.Admits(presented, at.AddSeconds(59.9)));
        Assert.False(ticket.Admits(presented, at.AddSeconds(60)));
        Assert.False(ticket.Admits(presented with { TicketHash = [1, 2, 4] }, at));
        Assert.False(ticket.Admits(presented with { TicketHash = [] }, at));
        Assert.False(ticket.Admits(presented with { Kind = ConsoleKind.Ssh }, at));
        Assert.False(ticket.Admits(presented with { User = new UserId(Guid.NewGuid()) }, at));
        Assert.False(ticket.Admits(presented with { Instance = new InstanceId(Guid.NewGuid()) }, at));
    }
}
