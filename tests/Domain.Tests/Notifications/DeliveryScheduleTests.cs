using Webrana.Domain.Notifications;

namespace Webrana.Domain.Tests.Notifications;

public sealed class DeliveryScheduleTests
{
    static readonly DateTimeOffset Start = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Pauses_double_from_ten_seconds_to_an_hour()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), DeliverySchedule.NextTry(1, Start, Start) - Start);
        Assert.Equal(TimeSpan.FromSeconds(20), DeliverySchedule.NextTry(2, Start, Start) - Start);
        Assert.Equal(TimeSpan.FromHours(1), DeliverySchedule.NextTry(10, Start, Start) - Start);
        Assert.Equal(TimeSpan.FromHours(1), DeliverySchedule.NextTry(60, Start, Start) - Start);
    }

    [Fact]
    public void Three_days_and_enough_attempts_are_the_end_and_neither_alone_is()
    {
        Assert.NotNull(DeliverySchedule.NextTry(DeliverySchedule.FewestAttempts - 1, Start, Start.AddDays(30)));
        Assert.NotNull(DeliverySchedule.NextTry(500, Start, Start.AddHours(71)));
        Assert.Null(DeliverySchedule.NextTry(DeliverySchedule.FewestAttempts, Start, Start.AddHours(72)));
    }
}
