"""Forms of the duties."""

from django import forms


class ExemptionForm(forms.Form):
    document_no = forms.CharField(label="批准文号", max_length=80)
    approved_by = forms.CharField(label="批准单位", max_length=80)
    reason = forms.CharField(label="原因", max_length=200)
