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

    [Fact]
    public void What_was_hardly_tried_has_not_failed_for_good_however_long_ago_it_began()
    {
        Assert.Null(DeliverySchedule.EndsFailingSince(DeliverySchedule.FewestAttempts - 1, Start));
        Assert.Equal(Start.AddHours(-72), DeliverySchedule.EndsFailingSince(DeliverySchedule.FewestAttempts, Start));
    }

    [Fact]
    public void A_link_is_tried_as_long_as_it_opens_something_and_no_longer()
    {
        Assert.Equal(Start.AddSeconds(10), DeliverySchedule.NextTryOfLink(1, Start, Start, Start));
        Assert.Equal(Start.AddHours(23).AddMinutes(59), DeliverySchedule.NextTryOfLink(30, Start, Start, Start.AddHours(22).AddMinutes(59)));
        Assert.Null(DeliverySchedule.NextTryOfLink(30, Start, Start, Start.AddHours(23)));
        // Few attempts do not make it younger, and neither does sending it again.
        Assert.Null(DeliverySchedule.NextTryOfLink(1, Start.AddDays(2), Start, Start.AddDays(2)));
    }
}
