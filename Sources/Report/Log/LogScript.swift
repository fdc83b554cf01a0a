/// Filters the list of exchanges by words. The list works without it.
enum LogScript {
    /// Adds a search field above the list; exchanges that contain every word stay.
    static let source: StaticString = """
        (function(){'use strict';var list=document.getElementById('exchanges');if(!list)return;
        var rows=[].map.call(list.querySelectorAll('details'),function(row){
        return {node:row,text:row.textContent.toLowerCase()}});
        var label=document.createElement('label'),field=document.createElement('input'),count=document.createElement('span');
        label.className='search';label.appendChild(document.createTextNode('Show exchanges with '));
        field.type='search';field.placeholder='POST 500 /orders';label.appendChild(field);label.appendChild(count);
        count.setAttribute('role','status');
        field.addEventListener('input',function(){var words=field.value.toLowerCase().split(/\\s+/).filter(Boolean),shown=0;
        rows.forEach(function(row){var fits=words.every(function(word){return row.text.indexOf(word)>=0});
        row.node.hidden=!fits;if(fits)shown++});
        count.textContent=words.length?' '+shown.toLocaleString('en')+' of '+rows.length.toLocaleString('en'):''});
        list.parentNode.insertBefore(label,list)})();
        """
}
