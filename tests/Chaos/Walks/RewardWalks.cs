using System.Globalization;
using Webrana.Chaos.Driver;
using Webrana.Wire.Promos;

namespace Webrana.Chaos.Walks;

/// <summary>What a friend or a new customer is given, and gives back.</summary>
internal static class RewardWalks
{
    internal static async Task GiveBackAsync(Walker walker)
    {
        var promo = await walker.DeskAsync("promo", (desk, key) => desk.CreatePromoAsync(
            new PromoFields("Undang teman", PromoType.ReferralBonus, PromoValueType.Fixed, 10_000, MinDeposit: 100_000, RefereeValue: 5_000), reason: null, key, walker.Cancellation));
        var friend = await walker.PersonAsync(0);
        var offer = await Person.MustAsync(() => friend.Session.ReferralAsync(cancellationToken: walker.Cancellation), "referral", walker.Cancellation);
        var person = await walker.PersonAsync(0, referralCode: offer.Code);
        var reference = await walker.PaidAsync(person, 150_000);
        var rewards = $"grain_state where state = 'rewards' and key = 'rewards:{person.UserId}'";
        await walker.TurnUntilAsync($"{rewards} and payload#>>'{{referral,stage}}' in ('InReview', 'Paid')", "PT1M", 60, "the reward is earned");
        // People who look alike to the shop wait for a person.
        await walker.MayAsync(key => walker.Desk.DecideReviewAsync(person.UserId, new DecideReviewRequest(true, "uji"), key, walker.Cancellation));
        await walker.TurnUntilAsync($"{rewards} and payload#>>'{{referral,stage}}' = 'Paid'", "PT1M", 60, "the reward is given");
        // More than the bonus, which is spent first: what it gave cannot all come back.
        var server = await walker.ServerAsync(person);
        await walker.GatewayAsync(reference, "refund");
        await walker.TurnUntilAsync($"wallet_transactions where operation_id = 'refund:{reference}'", "PT5M", 60, "the payment is given back");
        await walker.TurnUntilAsync(
            $"{rewards} and payload#>>'{{referral,stage}}' = 'TakenBack' and (payload#>>'{{referral,closed}}')::boolean and due_at is null", "PT1M", 60, "so are the rewards");
        await walker.DestroyAsync(person, server);
        await walker.DeskAsync("promo", (desk, key) => desk.SwitchPromoAsync(promo.Id, isActive: false, reason: null, key, walker.Cancellation));
    }

    internal static async Task ShareNumberAsync(Walker walker)
    {
        var promo = await walker.DeskAsync("promo", (desk, key) => desk.CreatePromoAsync(
            new PromoFields("Selamat datang", PromoType.NewUserBonus, PromoValueType.Fixed, 1_000, BonusExpiryDays: 30), reason: null, key, walker.Cancellation));
        var phone = string.Create(CultureInfo.InvariantCulture, $"0812{Random.Shared.Next(10_000_000, 99_999_999)}");
        var first = await walker.PersonAsync(0, phone: phone);
        await walker.TurnUntilAsync(
            $"grain_state where state = 'rewards' and key = 'rewards:{first.UserId}' and (payload->>'welcomed')::boolean and due_at is null", "PT1M", 60, "the first one is welcome");
        var second = await walker.PersonAsync(0, phone: phone);
        await walker.TurnUntilAsync(
            $"grain_state where state = 'rewards' and key = 'rewards:{second.UserId}' and payload#>>'{{welcome,stage}}' = 'InReview' and due_at is null", "PT1M", 60, "the second one waits");
        await walker.MayAsync(key => walker.Desk.DecideReviewAsync(second.UserId, new DecideReviewRequest(false, "uji", PromoReviewKind.Welcome), key, walker.Cancellation));
        await walker.TurnUntilAsync(
            $"grain_state where state = 'rewards' and key = 'rewards:{second.UserId}' and payload#>>'{{welcome,stage}}' = 'Refused' and due_at is null", "PT1M", 60, "the second one is told");
        await walker.DeskAsync("promo", (desk, key) => desk.SwitchPromoAsync(promo.Id, isActive: false, reason: null, key, walker.Cancellation));
    }
}
