using Microsoft.AspNetCore.Components;

namespace Webrana.Web.Promos;

/// <summary>A part of the promo form. Whatever is typed in it also changes the sentence beside the form, which is the page's: the page is drawn again after every event.</summary>
public abstract class PromoFormPart : ComponentBase, IHandleEvent
{
    /// <summary>What is being written.</summary>
    [Parameter, EditorRequired] public PromoDraft Draft { get; set; } = default!;

    /// <summary>What is wrong with a field, by its name on the wire.</summary>
    [Parameter, EditorRequired] public Func<string, string?> Problem { get; set; } = default!;

    /// <summary>Something was typed or chosen.</summary>
    [Parameter, EditorRequired] public EventCallback OnChanged { get; set; }

    async Task IHandleEvent.HandleEventAsync(EventCallbackWorkItem item, object? arg)
    {
        await item.InvokeAsync(arg);
        await OnChanged.InvokeAsync();
    }
}
