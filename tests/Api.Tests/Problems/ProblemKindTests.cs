using System.Reflection;
using System.Text.RegularExpressions;
using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Providers;
using Webrana.Wire;

namespace Webrana.Api.Tests.Problems;

public sealed partial class ProblemKindTests
{
    /// <summary>Every enum that a grain's result can carry as its error.</summary>
    public static TheoryData<Type> ErrorEnums => [.. typeof(Result<,>).Assembly.GetTypes()
        .Where(type => type.IsEnum && type.Name.EndsWith("Error", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(ErrorEnums))]
    public void Every_error_of_a_grain_has_a_problem_whose_code_is_its_name_in_snake_case(Type errors)
    {
        var kindOf = typeof(GrainErrors).GetMethod(nameof(GrainErrors.KindOf))!.MakeGenericMethod(errors);
        foreach (var error in Enum.GetValues(errors))
        {
            var kind = (ProblemKind)kindOf.Invoke(null, [error])!;
            Assert.InRange(kind.Status, 400, 599);
            // Permits are asked for inside the cluster only; a promo code is refused to customers in words of their own.
            if (errors != typeof(PermitError) && !(errors == typeof(PromoError) && kind.Code.StartsWith("promo_", StringComparison.Ordinal)))
                Assert.Equal(WordStart().Replace(error.ToString()!, "_$0").ToLowerInvariant(), kind.Code);
        }
    }

    [Fact]
    public void There_are_error_enums_to_look_at() => Assert.True(ErrorEnums.Count >= 9);

    [Fact]
    public void Every_code_of_the_wire_is_a_problem_of_the_API_and_the_other_way_round()
    {
        string[] notAnswered = [ProblemCodes.Unknown]; // a client's word for no code
        var codes = typeof(ProblemCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!);
        Assert.Equal(codes.Except(notAnswered).Order(), ProblemKinds.ByCode.Keys.Order());
    }

    [Fact]
    public void Every_problem_says_what_happened_and_what_to_do()
    {
        foreach (var kind in ProblemKinds.ByCode.Values)
        {
            Assert.EndsWith(".", kind.Title, StringComparison.Ordinal);
            Assert.EndsWith(".", kind.Advice, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_busy_server_names_what_it_is_busy_with_and_one_in_another_state_names_its_state_in_the_words_of_the_wire()
    {
        Assert.Equal("ENABLE_IPV6 is running.", Refusal.From(Result<ActionReceipt, ActionError>.Refused(ActionError.ActionInProgress, nameof(ActionKind.EnableIpv6))).Detail);
        Assert.Equal("The server is SUSPENDED.", Refusal.From(Result<ActionReceipt, ActionError>.Refused(ActionError.InvalidState, nameof(DropletStatus.Suspended))).Detail);
        Assert.Null(Refusal.From(Result<ActionReceipt, ActionError>.Refused(ActionError.ActionInProgress, null)).Detail);
    }

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex WordStart();
}
