using Webrana.Data.Notices;

namespace Webrana.Data.Tests.Notices;

public sealed class OutboxTests(MigratedDatabase data) : IClassFixture<MigratedDatabase>
{
    static readonly DateTimeOffset Now = new(2031, 6, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_link_that_somebody_waits_for_leaves_before_the_many_mails_of_a_renewal_day_that_stood_there_first()
    {
        await using var post = new NoticePost(data.Sources);
        foreach (var minute in Enumerable.Range(0, 3))
            await PostAsync($"renewed-{minute}", minute, bulk: true);
        await PostAsync("link-1", 5, bulk: false);
        await PostAsync("link-2", 4, bulk: false);
        var outbox = new Outbox(data.Sources);

        Assert.Equal(["link-1", "link-2", "renewed-0"], await TakeAsync(3));
        Assert.Equal(["renewed-1", "renewed-2"], await TakeAsync(3));

        async Task<IEnumerable<string>> TakeAsync(int limit)
        {
            var taken = await outbox.TakeAsync(limit, Now.AddMinutes(10), Now.AddMinutes(10), TestContext.Current.CancellationToken);
            return taken.Select(delivery => delivery.Notice.NoticeId).Order(StringComparer.Ordinal);
        }

        Task<bool> PostAsync(string id, int minute, bool bulk) => post.AddAsync(
            new NoticeRow(Guid.NewGuid(), Guid.NewGuid(), id, "Renewed", new Dictionary<string, string>(), InPanel: false, Now.AddMinutes(minute)),
            [DeliveryChannel.Mail], code: null, bulk);
    }
}
