extension LivePage {
    /// The script of the page, served as `/live.js`. Text from the stream is markup that ``LivePage`` made.
    public static let script: String =
        ChartScript.beginning.description + """

            var texts={},paused=false,stale={},at=null,sorts={},source=null;
            var byId=function(id){return document.getElementById(id)};
            var link=byId('link'),pause=byId('pause');
            var tell=function(text){if(link.textContent!==text)link.textContent=text};
            var current=function(){tell(document.querySelector('#state [data-state=ended]')?
            'The run is over: these are its final figures.':'Live: updated each second.')};
            var clock=function(t){t=Math.round(t);var h=Math.floor(t/3600),m=Math.floor(t/60)%60,s=t%60;
            return (h?h+'h':'')+(h||m?m+'m':'')+s+'s'};

            var patched=function(old,ops){var t=old.split('"');ops.forEach(function(op){var s=t[op[0]];
            t[op[0]]=s.slice(0,op[1])+op[3]+(op[2]?s.slice(s.length-op[2]):'')});return t.join('"')};
            var put=function(id){var place=byId(id);if(!place)return;
            if(id==='said'){if(place.textContent!==texts[id])place.innerHTML=texts[id];return}
            place.innerHTML=texts[id];if(place.tagName==='TBODY')sort(place)};
            var show=function(id){if(paused)stale[id]=true;else put(id)};
            var redraw=function(){if(at!==null&&!paused)read()};

            var open=function(){source=new EventSource('/events');
            source.addEventListener('snapshot',function(event){texts=JSON.parse(event.data).parts;
            Object.keys(texts).forEach(show);redraw();current()});
            source.addEventListener('delta',function(event){var parts=JSON.parse(event.data).parts;
            try{Object.keys(parts).forEach(function(id){var part=parts[id];
            texts[id]=typeof part==='string'?part:patched(texts[id],part);show(id)})}
            catch(error){source.close();open();return}
            redraw();current()});
            source.addEventListener('end',function(){source.close();tell('The run is over; this page no longer changes.')});
            source.onerror=function(){tell(source.readyState===2?'The server is gone; these are its last figures.':
            'The connection is lost; trying again.')}};

            pause.addEventListener('click',function(){paused=!paused;pause.setAttribute('aria-pressed',String(paused));
            pause.textContent=paused?'Resume updates':'Pause updates';
            if(!paused){Object.keys(stale).forEach(put);stale={};redraw()}});

            var value=function(row,column){var cell=row.children[column];return cell?cell.dataset.v||'':''};
            var sort=function(body){var by=sorts[body.id];if(!by)return;
            [].slice.call(body.children).sort(function(a,b){var x=value(a,by.column),y=value(b,by.column);
            var order=by.column===0?x.localeCompare(y):x-y;return by.down?-order:order})
            .forEach(function(row){body.appendChild(row)})};
            document.querySelectorAll('table[data-sortable]').forEach(function(table){var body=table.tBodies[0];
            [].forEach.call(table.tHead.rows[0].cells,function(cell,column){cell.querySelector('button')
            .addEventListener('click',function(){var by=sorts[body.id];
            by=sorts[body.id]={column:column,down:by&&by.column===column?!by.down:column>0};
            [].forEach.call(table.tHead.rows[0].cells,function(other){other.removeAttribute('aria-sort')});
            cell.setAttribute('aria-sort',by.down?'descending':'ascending');sort(body)})})});

            var plots=function(){return [].slice.call(document.querySelectorAll('#charts .plot'))};
            var hide=function(){at=null;document.querySelectorAll('#charts .cursor,#charts .read').forEach(function(mark){
            mark.remove()})};
            var read=function(){document.querySelectorAll('#charts .cursor,#charts .read').forEach(function(mark){
            mark.remove()});
            plots().forEach(function(plot){var svg=plot.querySelector('svg'),from=+plot.dataset.from,to=+plot.dataset.to;
            var lines=[].map.call(plot.querySelectorAll('path[data-points]'),function(path){return{name:path.dataset.name,
            points:path.dataset.points.split(' ').filter(Boolean).map(function(p){return p.split(',').map(Number)})}})
            .filter(function(line){return line.points.length});
            if(!svg||!lines.length||at<from||at>to)return;
            var box=svg.getBoundingClientRect(),frame=plot.getBoundingClientRect();
            var left=box.left-frame.left+(at-from)/(to-from)*box.width;
            var cursor=document.createElement('div'),note=document.createElement('div'),head=document.createElement('b');
            cursor.className='cursor';note.className='read';head.textContent=clock(at);note.appendChild(head);
            lines.forEach(function(line){var row=document.createElement('div');
            row.textContent=line.name+' '+(formats[plot.dataset.unit]||trim)(nearest(line.points,at)[1]);note.appendChild(row)});
            cursor.style.left=left+'px';plot.appendChild(cursor);plot.appendChild(note);
            note.style.left=Math.max(0,left+12+note.offsetWidth>frame.width?left-12-note.offsetWidth:left+12)+'px'})};
            var charts=byId('charts');
            var point=function(event){var plot=event.target.closest&&event.target.closest('.plot');if(!plot)return;
            var box=plot.querySelector('svg').getBoundingClientRect(),part=(event.clientX-box.left)/box.width;
            if(part<0||part>1)return;
            at=+plot.dataset.from+part*(plot.dataset.to-plot.dataset.from);read()};
            charts.addEventListener('pointermove',point);charts.addEventListener('pointerdown',point);
            charts.addEventListener('pointerleave',function(event){if(event.pointerType!=='touch')hide()});
            charts.addEventListener('keydown',function(event){var plot=plots()[0];if(!plot)return;
            var step={ArrowLeft:-1,ArrowRight:1,PageUp:-10,PageDown:10}[event.key];
            if(event.key==='Escape'){hide();return}
            if(!step||!event.target.closest('figure'))return;
            var points=plot.querySelector('path[data-points]').dataset.points.split(' ').filter(Boolean);
            if(!points.length)return;
            var times=points.map(function(p){return parseFloat(p)}),place=times.length-1;
            if(at!==null){place=times.findIndex(function(t){return t>=at});if(place<0)place=times.length-1;
            place=Math.min(times.length-1,Math.max(0,place+step))}
            at=times[place];event.preventDefault();read();
            var notes=event.target.closest('figure').querySelector('.read');
            if(notes)tell([].map.call(notes.children,function(row){return row.textContent}).join(', '))});

            document.addEventListener('submit',function(event){var form=event.target;event.preventDefault();
            if(!window.confirm(form.dataset.question))return;
            var token=document.querySelector('meta[name=reprise-token]').content;
            fetch(form.getAttribute('action'),{method:'POST',headers:{'X-Reprise-Token':token},
            body:new URLSearchParams(new FormData(form))}).then(function(answer){return answer.text()})
            .then(function(text){tell(text)},function(){tell('The server does not answer.')})});
            open()})();
            """
}
